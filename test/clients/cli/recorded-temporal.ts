import type { Client } from '@temporalio/client';
import { Command } from 'commander';
import { createContext } from '../../../clients/cli/context';
import type { AddCommand } from '../../../clients/cli/context';
import { concludeError } from '../../../clients/cli/errors';
import type { Temporal } from '../../../clients/rollouts/temporal';
import type { OperatorRequest, RolloutStatus } from '../../../contracts/rollout';
import type { CliRun } from './run-in-process';

/** What a server and a worker would say, and what was asked of them. */
export interface Recorded {
  readonly status: RolloutStatus;
  /** @default RUNNING */
  readonly execution?: string;
  /** Refuses the request of this number, counted from 0. */
  readonly refuses?: number;
  /** @default true */
  readonly worker?: boolean;
}

export interface AskedOf {
  readonly temporal: Temporal;
  readonly sent: OperatorRequest[];
  readonly queries: string[];
}

export function recordedTemporal(recorded: Recorded): AskedOf {
  const { status, execution = 'RUNNING', refuses, worker = true } = recorded;
  const sent: OperatorRequest[] = [];
  const queries: string[] = [];
  const getHandle = (workflowId: string) => ({
    describe: async () => ({ status: { name: execution } }),
    result: async () => status,
    query: async () => {
      queries.push(workflowId);
      return status;
    },
    executeUpdate: async (_: string, { args }: { args: [OperatorRequest] }) => {
      if (sent.length === refuses) throw new Error('refused by the recording');
      sent.push(args[0]);
      return { phase: status.phase, message: `${args[0].operation} done` };
    },
  });
  const pollers = worker ? [{ lastAccessTime: { seconds: Date.now() / 1000 } }] : [];
  const client = {
    workflow: { getHandle },
    workflowService: { describeTaskQueue: async () => ({ pollers }) },
    withDeadline: (_: number, work: () => unknown) => work(),
  } as unknown as Client;
  return { temporal: { client, namespace: 'default', where: 'a recording' }, sent, queries };
}

/** A command line, run here against what was recorded. */
export async function runRecorded(
  add: AddCommand,
  argv: readonly string[],
  recorded: Recorded,
): Promise<CliRun & AskedOf & { readonly connected: boolean }> {
  const asked = recordedTemporal(recorded);
  let stdout = '';
  let stderr = '';
  let code: number = 0;
  let connected = false;
  const io = {
    stdout: { columns: 120, write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
    env: {},
    isTTY: false,
    signal: new AbortController().signal,
  };
  const context = createContext(io, (concluded) => {
    code = concluded;
  });
  const program = new Command('rollout').exitOverride().configureOutput({
    writeOut: (text) => void io.stdout.write(text),
    writeErr: (text) => void io.stderr.write(text),
  });
  add(program, {
    ...context,
    withTemporal: (work) => {
      connected = true;
      return work(asked.temporal);
    },
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    code = concludeError(error, io);
  }
  return { code, stdout, stderr, ...asked, connected };
}
