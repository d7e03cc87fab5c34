import { createHash } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { PackageRef } from '../../contracts/hotfix';
import type { LabEffect } from '../../lab/types';
import { createHotfixPackage } from '../../lab/cabinet';
import { removeTraces } from '../../remote/windows/clean-up';
import { serveFile } from '../web-server';
import type { WebServer } from '../web-server';
import type { LabScene, Transport } from './lab-scene';
import { hotfix, startScene } from './lab-scene';
import { quiet, untilDone } from './run-step';

const bytes = createHotfixPackage({ kb: 'KB3004383', payloadBytes: 300_000 });
const sha256 = createHash('sha256').update(bytes).digest('hex');
const fileName = 'Windows6.1-KB3004383-x64.msu';
const folder = `C:\\Windows\\hotfix-rollout\\KB3004383\\${sha256.slice(0, 8)}`;

describe.each(['winrm', 'ssh'] as const)(
  'a package with a url, over %s',
  (transport: Transport) => {
    let scene: LabScene;
    let server: WebServer;

    beforeEach(async () => {
      server = await serveFile(bytes);
      scene = await startScene(transport);
    });
    afterEach(async () => {
      await scene.close();
      await server.close();
    });

    const inputOf = (change: Partial<PackageRef> = {}) => ({
      ...scene.target,
      hotfix,
      package: {
        fileName,
        sha256,
        bytes: null,
        url: `${server.url}/a%20b/${fileName}?x=1&y=%25`,
        ...change,
      },
    });
    const stage = async (change: Partial<PackageRef> = {}) =>
      (await untilDone(scene.activities.stage, inputOf(change))).result;
    const once = (change: Partial<PackageRef> = {}) =>
      new MockActivityEnvironment(undefined, { logger: quiet }).run(
        scene.activities.stage,
        inputOf(change),
      );
    const onHost = async <T>(work: (run: (line: string) => Promise<string>) => Promise<T>) => {
      const session = await scene.deps.openSession(
        (await scene.deps.previews.read(scene.target.previewHash)).content.hosts[0]!.connection,
        await scene.deps.resolveCredential(''),
      );
      try {
        return await work(async (line) => (await session.run(line)).stdout.toString('latin1'));
      } finally {
        await session.close();
      }
    };
    const filesThere = async (): Promise<string[]> => {
      const listed = await onHost((run) => run(`dir /b "${folder}" 2>nul`));
      return listed.split('\r\n').filter((line) => line !== '');
    };
    const until = (effect: LabEffect): Promise<void> =>
      new Promise((resolve) => {
        const stop = scene.lab.onEffect((entry) => {
          if (entry.effect !== effect) return;
          stop();
          resolve();
        });
      });

    it('is pulled by the host through BITS, and nothing but the package stays there', async () => {
      const result = await stage();
      expect(result).toMatchObject({
        folder,
        path: `${folder}\\${fileName}`,
        sha256,
        how: 'pulled',
        bytes: bytes.length,
      });
      expect(await filesThere()).toEqual([fileName]);
      expect(scene.lab.ledger.find(({ effect }) => effect === 'url-fetched')?.detail).toMatchObject(
        {
          tool: 'bitsadmin',
          bytes: bytes.length,
        },
      );
      expect(scene.count('task-created')).toBe(1);
      expect(scene.count('task-deleted')).toBe(1);
      expect(server.requests[0]).toBe(`HEAD /a%20b/${fileName}?x=1&y=%25`);
    });

    it('is not pulled twice', async () => {
      await stage();
      const asked = server.requests.length;
      expect(await stage()).toMatchObject({ how: 'already-there', bytes: 0 });
      expect(server.requests).toHaveLength(asked);
    });

    it.each([{ withoutRanges: true }, { withoutLength: true }])(
      'comes through certutil from a server that is none for BITS: %j',
      async (behaviour) => {
        server.behave(behaviour);
        expect(await stage()).toMatchObject({ how: 'pulled', bytes: bytes.length });
        expect(
          scene.lab.ledger.find(({ effect }) => effect === 'url-fetched')?.detail,
        ).toMatchObject({
          tool: 'certutil',
        });
      },
    );

    it('comes through certutil where there is no bitsadmin', async () => {
      await onHost((run) => run('del C:\\Windows\\System32\\bitsadmin.exe'));
      expect(await stage()).toMatchObject({ how: 'pulled', bytes: bytes.length });
    });

    it('that is another one is refused, with both digests, and is gone from the host', async () => {
      const expected = 'f'.repeat(64);
      await expect(once({ sha256: expected })).rejects.toMatchObject({
        code: 'package-corrupt',
        facts: { expected, found: sha256, host: 'mail7' },
        message: expect.stringMatching(new RegExp(`${sha256}.*${expected}`)) as unknown,
      });
      const listed = await onHost((run) => run('dir /s /b C:\\Windows\\hotfix-rollout'));
      expect(listed).not.toMatch(/msu|_pull/);
    });

    it.each([
      { status: 404, code: 'url-refused', reason: 'not-found' },
      { status: 403, code: 'url-refused', reason: 'http' },
      { status: 503, code: 'url-unreachable', reason: 'http' },
    ])('that the server answers with $status fails as $code', async ({ status, code, reason }) => {
      server.behave({ status });
      await expect(once()).rejects.toMatchObject({
        code,
        facts: { reason, error: `0x8019${status.toString(16).padStart(4, '0')}` },
      });
      expect(await filesThere()).toEqual([]);
    });

    it.each([
      { url: 'http://127.0.0.1:1/x.msu', reason: 'connect' },
      { url: 'http://packages.contoso.test/x.msu', reason: 'name' },
    ])('that the host cannot reach fails as url-unreachable: $reason', async ({ url, reason }) => {
      await expect(once({ url })).rejects.toMatchObject({
        code: 'url-unreachable',
        retryable: true,
        facts: { reason, host: 'mail7' },
      });
      expect(await filesThere()).toEqual([]);
    });

    it('is pulled once, however often the worker is cut meanwhile', async () => {
      let release: () => void = () => undefined;
      server.behave({
        holdBody: new Promise((resolve) => {
          release = resolve;
        }),
      });
      const started = until('task-started');
      const first = new MockActivityEnvironment(undefined, { logger: quiet });
      const cut = first.run(scene.activities.stage, inputOf()).catch((error: unknown) => error);
      await started;
      first.cancel();
      expect(await cut).toBeInstanceOf(Error);
      const second = new MockActivityEnvironment({ attempt: 2 }, { logger: quiet });
      const progress: unknown[] = [];
      second.on('heartbeat', (details: unknown) => {
        progress.push(details);
        // It has looked, and has seen that the host is at it.
        if (progress.length > 3) release();
      });
      const result = await second.run(scene.activities.stage, inputOf());
      expect(result).toMatchObject({ how: 'pulled', bytes: bytes.length });
      expect(scene.count('task-created')).toBe(1);
      expect(scene.count('task-started')).toBe(1);
      expect(server.requests.filter((request) => request.startsWith('GET'))).toHaveLength(1);
    });

    it('is pulled anew after a reboot in the middle', async () => {
      let release: () => void = () => undefined;
      server.behave({
        holdBody: new Promise((resolve) => {
          release = resolve;
        }),
      });
      const started = until('task-started');
      const staged = stage();
      await started;
      const booted = until('booted');
      await onHost((run) => run('shutdown /r /t 0 /f /d p:2:17')).catch(() => undefined);
      await booted;
      server.behave({});
      release();
      expect(await staged).toMatchObject({ how: 'pulled', bytes: bytes.length });
      expect(await filesThere()).toEqual([fileName]);
    });

    it('that is still being pulled keeps its files; afterwards clean-up removes them all', async () => {
      let release: () => void = () => undefined;
      server.behave({
        holdBody: new Promise((resolve) => {
          release = resolve;
        }),
      });
      const started = until('task-started');
      const first = new MockActivityEnvironment(undefined, { logger: quiet });
      const cut = first.run(scene.activities.stage, inputOf()).catch(() => undefined);
      await started;
      first.cancel();
      await cut;
      const { connection } = (await scene.deps.previews.read(scene.target.previewHash)).content
        .hosts[0]!;
      const session = await scene.deps.openSession(
        connection,
        await scene.deps.resolveCredential(''),
      );
      expect(await removeTraces(session, hotfix.id, folder)).toBe(false);
      const ended = until('task-ended');
      release();
      await ended;
      expect(await removeTraces(session, hotfix.id, folder)).toBe(true);
      await session.close();
      expect(await filesThere()).toEqual([]);
      expect(scene.count('task-deleted')).toBe(1);
    });
  },
);
