import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import type { Credential, WinRmConnection } from '../../contracts/fleet';
import { startLab } from '../../lab';
import type { Lab, LabFaults, LabHostOptions, WinRmService } from '../../lab/types';
import { openSession } from '../../remote/open-session';

const password = { username: 'Administrator', password: 'lab-test-pässword' };

describe('the WinRM services of a lab, as its own client sees them', () => {
  let folder: string;
  let lab: Lab;
  let clientCertificate: { certificate: string; privateKey: string };

  const sealed = { auth: ['negotiate'], allowUnencrypted: false } as const;

  const hostAt = (
    id: string,
    scheme: 'http' | 'https',
    service: WinRmService,
    more: { certificate?: string; faults?: LabFaults } = {},
  ): LabHostOptions => ({
    id,
    transport: { kind: 'winrm', scheme, ...service },
    credential: {
      ...password,
      ...(more.certificate !== undefined && { certificate: more.certificate }),
    },
    faults: more.faults ?? {},
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'winrm-service-'));
    const made = await generate([{ name: 'commonName', value: 'operator' }]);
    clientCertificate = { certificate: made.cert, privateKey: made.private };
    lab = await startLab({
      timeScale: 200,
      hosts: [
        hostAt('sealed', 'http', sealed),
        hostAt('bound', 'https', { ...sealed, channelBindings: 'strict' }),
        hostAt('old', 'https', { ...sealed, tls: 'legacy', channelBindings: 'strict' }),
        hostAt('mapped', 'https', { auth: ['certificate'] }, { certificate: made.cert }),
        hostAt('filtered', 'http', sealed, { faults: { tokenFiltered: true } }),
        hostAt('shellless', 'http', sealed, { faults: { shellsRefused: true } }),
      ],
    });
    await writeFile(join(folder, 'ca.pem'), lab.caPem ?? '');
  });

  afterAll(async () => {
    await lab.close();
    await rm(folder, { recursive: true });
  });

  async function ask(
    id: string,
    more: Partial<WinRmConnection>,
    credential: Credential = password,
  ): Promise<string> {
    const { address, port } = lab.endpoint(id);
    const connection: WinRmConnection = {
      kind: 'winrm',
      address,
      port,
      scheme: 'http',
      auth: 'ntlm',
      credentialRef: 'env:TEST',
      allowUnencrypted: false,
      ...(more.scheme === 'https' && { caFile: join(folder, 'ca.pem') }),
      ...more,
    };
    const session = await openSession(connection, credential);
    try {
      return (await session.run('hostname')).stdout.toString().trim();
    } finally {
      await session.close();
    }
  }

  it.each([
    { id: 'sealed', what: 'sealed over http', more: {} },
    { id: 'bound', what: 'with channel bindings', more: { scheme: 'https' } },
    { id: 'old', what: 'with those of a legacy host', more: { scheme: 'https', tls: 'legacy' } },
  ] as const)('take NTLM $what', async ({ id, more }) => {
    expect(await ask(id, more)).toBe(id.toUpperCase());
  });

  it('take a client certificate', async () => {
    const more = { scheme: 'https', auth: 'certificate' } as const;
    expect(await ask('mapped', more, clientCertificate)).toBe('MAPPED');
  });

  it('refuse a wrong password, and the ledger tells', async () => {
    const wrong = { ...password, password: 'wrong' };
    await expect(ask('sealed', {}, wrong)).rejects.toMatchObject({ code: 'login-refused' });
    expect(lab.ledger.at(-1)).toMatchObject({ host: 'sealed', effect: 'login-refused' });
  });

  it('have no ear for what is older or newer than they are', async () => {
    await expect(ask('old', { scheme: 'https' })).rejects.toMatchObject({ code: 'tls-too-old' });
  });

  it.each([
    { id: 'filtered', faultCode: 5 },
    { id: 'shellless', faultCode: 2150859180 },
  ])('refuse shells by the policy of the host: $id', async ({ id, faultCode }) => {
    await expect(ask(id, {})).rejects.toMatchObject({ facts: { faultCode } });
  });
});
