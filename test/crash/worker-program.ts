import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transformFile } from '@swc/core';
import { projectDir } from '../../workers/config';

/** Program of the worker processes, compiled: each of them would otherwise compile all it loads, for seconds. */
export interface WorkerProgram {
  readonly path: string;
  remove(): Promise<void>;
}

/** What a worker may load; its workflows come from their bundle. */
const rooms = [
  'activities',
  'clients',
  'contracts',
  'domain',
  'lab',
  'remote',
  'store',
  'workers',
  'test/crash',
];

/** The sources as they are now, in a folder from which the packages of the project are found. */
export async function compileWorkerProgram(): Promise<WorkerProgram> {
  const cache = join(projectDir(), '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'crash-workers-'));
  await Promise.all(rooms.map((room) => compileRoom(room, folder)));
  return {
    path: join(folder, 'test/crash/worker-process.js'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function compileRoom(room: string, folder: string): Promise<void> {
  const files = await readdir(join(projectDir(), room), { recursive: true });
  await Promise.all(
    files
      .filter((file) => file.endsWith('.ts'))
      .map((file) => compileFile(join(room, file), folder)),
  );
}

async function compileFile(file: string, folder: string): Promise<void> {
  const { code } = await transformFile(join(projectDir(), file), {
    swcrc: false,
    module: { type: 'commonjs' },
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    sourceMaps: 'inline',
  });
  const compiled = join(folder, file.replace(/\.ts$/, '.js'));
  await mkdir(dirname(compiled), { recursive: true });
  await writeFile(compiled, code);
}
