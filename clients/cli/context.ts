import type { Command } from 'commander';
import type { Preview, PreviewContent } from '../../contracts/preview';
import { createPreviewStore } from '../../store/previews';
import { connectClient } from '../../workers/connection';
import { readConfig } from '../../workers/config';
import type { WorkerConfig } from '../../workers/config';
import type { Temporal } from '../rollouts/temporal';
import { colorsFor } from './colors';
import type { Colors } from './colors';
import { exitCodes } from './exit-codes';
import type { ExitCode } from './exit-codes';
import type { CliIo } from './io';

/** What every command gets: the process as it may be touched, settings, and a way to the server. */
export interface CliContext {
  readonly io: CliIo;
  readonly colors: Colors;
  /** @throws Failure bad-request naming the variable that cannot be used */
  config(): WorkerConfig;
  /** Writes the preview into the folder from which workers read it. */
  keepPreview(content: PreviewContent): Promise<Preview>;
  /** Connects, does the work, and closes the connection whatever comes of it. */
  withTemporal<T>(work: (temporal: Temporal) => Promise<T>): Promise<T>;
  /** Makes an action of a command: its exit code becomes that of the process. */
  action<A extends unknown[]>(
    work: (...args: A) => Promise<ExitCode | void>,
  ): (...args: A) => Promise<void>;
}

/** Adds one command to the program. */
export type AddCommand = (program: Command, context: CliContext) => void;

export function createContext(io: CliIo, conclude: (code: ExitCode) => void): CliContext {
  return {
    io,
    colors: colorsFor(io),
    config: () => readConfig(io.env),
    keepPreview: (content) => createPreviewStore(readConfig(io.env).previewDir).write(content),
    async withTemporal(work) {
      const connection = await connectClient();
      const { client, namespace, address } = connection;
      try {
        return await work({ client, namespace, where: `${address}, namespace ${namespace}` });
      } finally {
        await connection.close();
      }
    },
    action:
      (work) =>
      async (...args) => {
        conclude((await work(...args)) ?? exitCodes.good);
      },
  };
}
