import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import type { PackageRef } from '../contracts/hotfix';
import type { PreviewContent } from '../contracts/preview';
import type { LabEndpoint } from '../lab/types';
import { createPackageStore } from '../store/packages';
import { createPreviewStore } from '../store/previews';
import type { WorkerConfig } from '../workers/config';
import { benchConfig, benchContent, packageHosts, packageConnections } from './fleet';
import type { Staged } from './part-package';
import { startPart } from './parts';
import type { Usage } from './usage';

interface Way {
  readonly name: string;
  /** Index of the host in {@link packageHosts}. */
  readonly host: number;
  readonly byUrl: boolean;
}

const ways: readonly Way[] = [
  { name: 'WinRM, messages of 150 KB', host: 0, byUrl: false },
  { name: 'WinRM, messages of 500 KB', host: 1, byUrl: false },
  { name: 'url, pulled by the host', host: 0, byUrl: true },
  { name: 'SSH (SFTP)', host: 2, byUrl: false },
];

interface Measured extends Staged {
  readonly way: Way;
  readonly work: Usage;
  readonly lab: Usage;
}

/** What it takes to bring one package of so many megabytes to one lab host, each way in processes of its own. */
export async function measurePackages(megabytes: number): Promise<string> {
  const stateDir = await mkdtemp(join(tmpdir(), 'rollout-bench-'));
  try {
    const config = benchConfig(stateDir);
    const { file, ref } = await writePackage(config, megabytes);
    const web = await serveFile(file);
    const results: Measured[] = [];
    for (const way of ways) {
      const url = `http://127.0.0.1:${web.port}/${ref.fileName}`;
      const pkg = way.byUrl ? { ...ref, bytes: null, url } : ref;
      // One after the other: side by side they would take each other's processors.
      // oxlint-disable-next-line no-await-in-loop
      results.push(await measureWay(config, way, pkg));
    }
    web.close();
    return tableOf(results, megabytes);
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
}

async function writePackage(
  config: WorkerConfig,
  megabytes: number,
): Promise<{ readonly file: string; readonly ref: PackageRef }> {
  const bytes = randomBytes(megabytes * 1_000_000);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const ref = { fileName: 'Windows6.1-KB3004383-x64.msu', sha256, bytes: bytes.length };
  await mkdir(config.stateDir, { recursive: true });
  const file = join(config.stateDir, ref.fileName);
  await writeFile(file, bytes);
  await createPackageStore(config.packageDir).put(file, ref);
  return { file, ref };
}

async function measureWay(config: WorkerConfig, way: Way, pkg: PackageRef): Promise<Measured> {
  const lab = await startPart<readonly LabEndpoint[]>('part-package-lab', []);
  const content: PreviewContent = {
    ...(await benchContent(pkg)),
    hosts: packageConnections(lab.ready),
  };
  const preview = await createPreviewStore(config.previewDir).write(content);
  const host = packageHosts[way.host]?.id ?? '';
  const part = await startPart<Staged>('part-package', [config.stateDir, preview.hash, host]);
  return { ...part.ready, way, work: await part.stop(), lab: await lab.stop() };
}

/** As BITS wants it: with lengths and ranges. */
async function serveFile(
  file: string,
): Promise<{ readonly port: number; readonly close: () => void }> {
  const { size } = await stat(file);
  const server = createServer(({ method, headers }, response) => {
    const range = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '');
    const [start, end] = range === null ? [0, size - 1] : [Number(range[1]), Number(range[2])];
    response.writeHead(range === null ? 200 : 206, {
      'content-length': end - start + 1,
      ...(range !== null && { 'content-range': `bytes ${start}-${end}/${size}` }),
    });
    if (method === 'HEAD') response.end();
    else createReadStream(file, { start, end }).pipe(response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

const pair = (one: number, other: number, digits: number): string =>
  `${one.toFixed(digits)}, ${other.toFixed(digits)}`;

function tableOf(results: readonly Measured[], megabytes: number): string {
  const table = new Table({
    head: [
      `${megabytes} MB to one host`,
      'MB/s',
      'seconds',
      'HTTP requests',
      'CPU s: worker, lab',
      'peak MB: worker, lab',
    ],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const { way, seconds, httpRequests, work, lab } of results) {
    table.push([
      way.name,
      (megabytes / seconds).toFixed(1),
      seconds.toFixed(1),
      httpRequests === 0 ? 'none' : String(httpRequests),
      pair(work.cpuMs / 1000, lab.cpuMs / 1000, 1),
      pair(work.peakMb, lab.peakMb, 0),
    ]);
  }
  return table.toString();
}
