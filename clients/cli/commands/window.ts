import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { Failure } from '../../../contracts/failures';
import { createStanding } from '../create-standing';
import type { CreateOptions } from '../create-standing';
import { describeStanding, listStandings } from '../../standing/describe-standing';
import {
  approveStanding,
  deleteStanding,
  pauseStanding,
  resumeStanding,
} from '../../standing/operate-standing';
import type { StandingOrder } from '../../standing/operate-standing';
import type { Temporal } from '../../rollouts/temporal';
import type { AddCommand, CliContext } from '../context';
import { asker } from '../identity';
import { print } from '../print';
import { asHash, asReason } from '../request-arguments';
import { asOption, withAsker } from '../requests';
import type { RequestOptions } from '../requests';
import { showStanding, showStandings } from '../show-standing';
import { approvedWords, deletedWords, pausedWords, resumedWords } from '../standing-words';
import { asMaxHosts, asStandingName } from '../standing-arguments';

/** Plans that are carried out by themselves whenever their maintenance window opens. */
export const addWindow: AddCommand = (program, context) => {
  const window = program
    .command('window')
    .description(
      'Standing plans: carried out by themselves whenever their maintenance window opens',
    );
  addCreate(window, context);
  addLooks(window, context);
  addApprove(window, context);
  addOrders(window, context);
};

const named = (window: Command, name: string, description: string): Command =>
  window
    .command(name)
    .description(description)
    .argument('<name>', 'name of the standing plan', asStandingName);

function addCreate(window: Command, context: CliContext): void {
  withAsker(
    named(window, 'create', 'Ask for a standing plan; nothing is done before it is approved')
      .argument('<plan>', 'file of the plan, in a folder that the workers have under the same path')
      .option('--fleet <file>', 'file of the fleet (default: fleet.yaml beside the plan)')
      .requiredOption('--max-hosts <n>', 'hosts that are changed in one window at most', asMaxHosts)
      .requiredOption('--expires <time>', 'last day, or moment from which nothing is begun')
      .option('--replace', 'also when there is one of this name; its approvals are void'),
  ).action(
    context.action((name: string, planFile: string, options: CreateOptions) => {
      const fleetFile = options.fleet ?? join(dirname(planFile), 'fleet.yaml');
      return createStanding(context, { name, planFile, fleetFile }, options);
    }),
  );
}

function addLooks(window: Command, context: CliContext): void {
  window
    .command('list')
    .description('List standing plans, each with its next window and what it did last')
    .option('--json', 'print JSON')
    .action(
      context.action(async (options: { json?: boolean }) => {
        const now = Date.now();
        const { standings, problems } = await context.withTemporal((temporal) =>
          listStandings(temporal, now),
        );
        for (const problem of problems) context.io.stderr.write(`left out: ${problem}\n`);
        const { io } = context;
        print(io, options.json === true, standings, () => showStandings(standings, io));
      }),
    );
  named(window, 'describe', 'Show a standing plan: windows, approvals, and what it did')
    .option('--json', 'print JSON')
    .action(
      context.action(async (name: string, { json }: { json?: boolean }) => {
        await context.withTemporal((temporal) => show(context, temporal, name, json === true));
      }),
    );
}

async function show(
  context: CliContext,
  temporal: Temporal,
  name: string,
  json: boolean,
): Promise<string> {
  const { packageDir } = context.config();
  const found = await describeStanding(temporal, name, Date.now(), packageDir);
  print(context.io, json, found, () => showStanding(found, context.io));
  return found.hash;
}

interface ApproveOptions {
  readonly hash?: string;
  readonly reason?: string;
  readonly as?: string;
  readonly json?: boolean;
}

function addApprove(window: Command, context: CliContext): void {
  named(window, 'approve', 'Approve exactly what a standing plan does; without --hash, show that')
    .option('--hash <hash>', 'of what is approved, or its first 12 digits or more', asHash)
    .option('--reason <text>', 'why; kept with the standing plan', asReason)
    .addOption(asOption())
    .option('--json', 'print JSON')
    .action(
      context.action((name: string, options: ApproveOptions) =>
        context.withTemporal((temporal) => approve(context, temporal, name, options)),
      ),
    );
}

async function approve(
  context: CliContext,
  temporal: Temporal,
  name: string,
  { hash, reason, as, json = false }: ApproveOptions,
): Promise<void> {
  if (hash === undefined) {
    const own = await show(context, temporal, name, json);
    throw new Failure('bad-request', `it is not said what of ${name} is approved`, {
      advice: `look at it, then approve it with \`--hash ${own.slice(0, 12)} --reason TEXT\``,
    });
  }
  if (reason === undefined) {
    throw new Failure('bad-request', 'it is not said why it is approved', {
      advice: 'add --reason TEXT: it is kept with the standing plan',
    });
  }
  const plan = await approveStanding(temporal, { name, by: asker(as), reason }, hash, Date.now);
  print(context.io, json, plan, () => approvedWords(plan));
}

type Order = (temporal: Temporal, order: StandingOrder) => Promise<void>;

const orders: readonly {
  readonly name: string;
  readonly description: string;
  readonly order: Order;
  readonly words: (name: string) => string;
}[] = [
  {
    name: 'pause',
    description: 'Open no further window; a rollout that is under way goes on',
    order: pauseStanding,
    words: pausedWords,
  },
  {
    name: 'resume',
    description: 'Let windows open again, also after a rollout was stopped',
    order: resumeStanding,
    words: resumedWords,
  },
  {
    name: 'delete',
    description: 'Forget a standing plan; a rollout that is under way goes on',
    order: deleteStanding,
    words: deletedWords,
  },
];

function addOrders(window: Command, context: CliContext): void {
  for (const { name: verb, description, order, words } of orders) {
    withAsker(named(window, verb, description)).action(
      context.action(async (name: string, { reason, as, json }: RequestOptions) => {
        const by = asker(as);
        await context.withTemporal((temporal) => order(temporal, { name, by, reason }));
        print(context.io, json === true, { name, did: verb, by, reason }, () => words(name));
      }),
    );
  }
}
