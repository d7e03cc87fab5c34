import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { HostFacts } from '../../contracts/facts';
import type { Hotfix } from '../../contracts/hotfix';
import type { Verdict } from '../../contracts/outcome';
import { isSameBoot, judge } from '../../domain/hotfix';
import { createCabinet } from '../../lab/cabinet';
import { openSession } from '../../remote/open-session';
import type { Session } from '../../remote/session';
import { askForReboot, lookAtBoot } from '../../remote/windows/boot';
import { installerScript, parseResult } from '../../remote/windows/installer-script';
import { probe } from '../../remote/windows/probe';
import { restartBaseline } from '../../remote/windows/restart-baseline';
import { restartServices } from '../../remote/windows/restart-services';
import { lookAtServices, startServices, stopServices } from '../../remote/windows/services';
import { judgeTest } from '../judges/judge';
import { exchangeHost, hotfixForWine, logQuietWeeks } from './wine/exchange-host';
import { startWineHost } from './wine/host';
import type { WineHost } from './wine/host';
import { unixPath } from './wine/paths';
import { hasWine } from './wine/place';

/** On a busy machine Wine takes a second to start a program. */
jest.setTimeout(120_000);

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
const patience = { pause: () => pause(50), now: Date.now };

/** One host for all, in the order in which they stand: it takes seconds to boot. */
describe("a host of OpenSSH's sshd and Wine's cmd.exe", () => {
  let host: WineHost;
  let session: Session;
  let hotfix: Hotfix;

  const look = async (): Promise<{ facts: HostFacts; verdict: Verdict }> => {
    const facts = await probe(session, hotfix, Date.now);
    return { facts, verdict: judge(facts, hotfix) };
  };

  beforeAll(async () => {
    if (!hasWine) return;
    hotfix = await hotfixForWine();
    host = await startWineHost({ ...exchangeHost, standIns: false });
    session = await openSession(host.connection, host.credential);
  });
  afterAll(async () => {
    await session?.close();
    await host?.close();
  });

  judgeTest(
    'is of unknown state while Wine stands alone, with stubs that say nothing',
    hasWine,
    async () => {
      const { facts, verdict } = await look();
      // Wine's own wmic tells these, in a table of UTF-16.
      expect(facts.os).toMatchObject({
        value: {
          version: '6.1.7601',
          servicePack: 1,
          productType: 'workstation',
          architecture: 'x64',
        },
      });
      expect(facts.boot.known && facts.boot.value.recordId).toBeNull();
      for (const open of [
        facts.package,
        facts.listedAsHotfix,
        facts.fileVersions,
        facts.freeBytes,
        facts.hostTime,
      ])
        expect(open.known).toBe(false);
      expect(verdict.state).toBe('unknown');
    },
  );

  judgeTest(
    'is not affected, once stand-ins tell a quiet log and no package',
    hasWine,
    async () => {
      await host.putStandIns();
      logQuietWeeks(host.state);
      const { facts, verdict } = await look();
      expect(verdict.state).toBe('not-affected');
      expect(facts.package).toEqual({ known: true, value: { state: 'absent', identity: null } });
      expect(facts.hostTime.known).toBe(true);
      expect(facts.loggingLevel).toEqual({ known: true, value: 1 });
      expect(facts.services.known && facts.services.value).toMatchObject([
        { name: 'MSExchangeADTopology', state: 'running', startMode: 'auto' },
        { name: 'MSExchangePOP3', state: 'stopped', startMode: 'manual', processId: 0 },
        { name: 'MSExchangeRPC', state: 'running', startMode: 'auto' },
      ]);
      expect(session.channel?.()).toMatchObject({
        shell: { kind: 'cmd', exitCodeBits: 8, conditionals: false },
      });
    },
  );

  judgeTest('tells all 32 bits of exit codes, which its sshd cuts to 8', hasWine, async () => {
    const codes = [0, 1, 194, 3010, 2149842967];
    const told: { exitCode: number | null; said: string }[] = [];
    for (const code of codes) {
      const { exitCode, stderr } = await session.run(`cmd /c exit ${code | 0}`);
      told.push({ exitCode, said: stderr.toString() });
    }
    expect(told).toEqual(codes.map((exitCode) => ({ exitCode, said: '' })));
  });

  judgeTest('stops and starts a service of Wine at our word', hasWine, async () => {
    const state = async () => (await lookAtServices(session, {})).get('msexchangepop3');
    expect(await startServices(session, ['MSExchangePOP3'], patience)).toEqual([]);
    const running = await state();
    expect(running).toMatchObject({ state: 'running' });
    expect(running?.processId).toBeGreaterThan(0);
    expect(await stopServices(session, ['MSExchangePOP3'], patience)).toEqual([]);
    expect(await state()).toMatchObject({ state: 'stopped', processId: 0 });
  });

  judgeTest('runs a service in a new process after the fallback', hasWine, async () => {
    const ran = [...(await lookAtServices(session, {})).values()].filter(
      ({ name, state }) => name === 'MSExchangeRPC' && state === 'running',
    );
    expect(ran).toHaveLength(1);
    const limits = { stopTimeoutMs: 180_000, startTimeoutMs: 180_000 };
    const definition = { services: [], watchdogs: [], root: null, ...limits };
    const baseline = await restartBaseline(session, ran, definition, patience);
    const { services, problems } = await restartServices(session, ran, definition, baseline, {
      patience,
    });
    expect(problems).toEqual([]);
    for (const { name, processBefore, processAfter } of services) {
      expect(processBefore).toBe(ran.find((one) => one.name === name)?.processId);
      expect(processAfter).toBeGreaterThan(0);
      expect(processAfter).not.toBe(processBefore);
    }
  });

  judgeTest('takes a file whole and gives it back', hasWine, async () => {
    const bytes = randomBytes(300_000);
    const path = 'C:\\windows\\Temp\\Some Folder\\é file.bin';
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await session.upload({ bytes, sha256 }, path);
    const file = unixPath(host.state.machine, path);
    expect((await readFile(file ?? '')).equals(bytes)).toBe(true);
    const text = Buffer.from('one\r\ntwo & three\r\n');
    await session.upload(
      { bytes: text, sha256: createHash('sha256').update(text).digest('hex') },
      'C:\\windows\\Temp\\t.txt',
    );
    const { stdout } = await session.run('type C:\\windows\\temp\\T.TXT');
    expect(stdout.equals(text)).toBe(true);
  });

  judgeTest(
    'is told by the installer script that a package without a cab in it is none',
    hasWine,
    async () => {
      const folder = 'C:\\windows\\hotfix-rollout\\empty';
      const msu = createCabinet([{ name: 'WSUSSCAN.cab', bytes: Buffer.from('rules') }]);
      const script = Buffer.from(installerScript('x.msu', 'a1'), 'latin1');
      const put = (bytes: Buffer, name: string) =>
        session.upload(
          { bytes, sha256: createHash('sha256').update(bytes).digest('hex') },
          `${folder}\\${name}`,
        );
      await put(msu, 'x.msu');
      await put(script, 'a1.cmd');
      expect((await session.run(`"${folder}\\a1.cmd"`)).exitCode).toBe(2);
      const { stdout } = await session.run(`type "${folder}\\a1.result.txt"`);
      expect(parseResult(stdout.toString())).toBe(2);
    },
  );

  judgeTest('is in another boot after a restart, by event 6005', hasWine, async () => {
    const before = (await lookAtBoot(session)).boot;
    expect(await askForReboot(session, 'a test')).toBe('asked');
    await session.close();
    // The restart ends every connection and begins when it has none: what comes later meets the next boot.
    await host.rebooted();
    session = await openSession(host.connection, host.credential);
    const after = (await lookAtBoot(session)).boot;
    if (!before.known || !after.known) throw new Error('no boot was told');
    expect(after.value.recordId).toBeGreaterThan(before.value.recordId ?? Infinity);
    expect(isSameBoot(before.value, after.value)).toBe(false);
    expect(host.state.ledger.map(({ effect }) => effect)).toEqual(['booted', 'reboot', 'booted']);
    // Those that start by themselves run again.
    expect((await lookAtServices(session, {})).get('msexchangerpc')).toMatchObject({
      state: 'running',
    });
  });

  judgeTest(
    'is unknown when an event log tells nothing, not without symptoms',
    hasWine,
    async () => {
      host.state.logs.delete('Application');
      expect((await look()).verdict.state).toBe('unknown');
    },
  );
});
