import type { Client } from '@temporalio/client';
import { examine } from '../../clients/doctor/examine';
import type { Hotfix } from '../../contracts/hotfix';
import type { SshConnection } from '../../contracts/fleet';
import { hostId } from '../../contracts/ids';
import { startLab } from '../../lab';
import type { Lab } from '../../lab/types';
import { openSession } from '../../remote/open-session';
import { readConfig } from '../../workers/config';
import { workerDependencies } from '../../workers/dependencies';

const account = { username: 'Administrator', password: 'of the worker' };
const environment = { FLEET: JSON.stringify(account), ROLLOUT_MAX_SESSIONS: '1' };
/** Asked for holders only. */
const client = null as unknown as Client;

describe('what activities have of the worker', () => {
  let lab: Lab;
  let connection: SshConnection;

  beforeAll(async () => {
    lab = await startLab({
      hosts: [{ id: 'ex01', transport: { kind: 'ssh' }, credential: account }],
    });
    const { address, port, hostKey = '' } = lab.endpoint('ex01');
    connection = { kind: 'ssh', address, port, hostKey, credentialRef: 'env:FLEET' };
  });

  afterAll(() => lab.close());

  it('has no more sessions than the configuration says', async () => {
    const deps = workerDependencies(readConfig(environment), client);
    const credential = await deps.resolveCredential('env:FLEET');
    const first = await deps.openSession(connection, credential);
    expect(deps.isSessionWanted?.(connection)).toBe(false);
    const second = deps.openSession(connection, credential);
    expect(deps.isSessionWanted?.(connection)).toBe(true);
    const logins = () => lab.ledger.filter(({ effect }) => effect === 'session-opened').length;
    expect((await first.run('exit 3')).exitCode).toBe(3);
    expect(logins()).toBe(1);
    await first.close();
    await (await second).close();
    expect(logins()).toBe(2);
  });

  describe('a jump host, which has a credential of its own', () => {
    const jump = { address: '127.0.0.1', port: 9, hostKey: 'SHA256:any' };
    const missing = /JUMP/;

    it('gets it from the resolver of the worker', async () => {
      const deps = workerDependencies(readConfig(environment), client);
      const through = { ...connection, via: [{ ...jump, credentialRef: 'env:JUMP' }] };
      await expect(deps.openSession(through, account)).rejects.toMatchObject({
        code: 'credential-missing',
        message: expect.stringMatching(missing),
      });
    });

    it('gets it from the resolver of the doctor', async () => {
      const { resolveCredential } = workerDependencies(readConfig(environment), client);
      const through = { ...connection, via: [{ ...jump, credentialRef: 'env:JUMP' }] };
      const host = { hostId: hostId('ex01'), connection: through, labels: {} };
      const [diagnosis] = await examine([host], {
        hotfix: {} as Hotfix,
        resolveCredential,
        openSession,
        now: Date.now,
        signal: new AbortController().signal,
      });
      expect(JSON.stringify(diagnosis)).toMatch(missing);
    });
  });
});
