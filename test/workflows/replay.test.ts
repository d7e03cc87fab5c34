import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { projectDir } from '../../workers/config';
import { installRuntime } from '../../workers/runtime';
import { workflowBundle } from '../../workers/workflow-bundle';

const folder = join(__dirname, '..', 'histories');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .toSorted();

interface StoredHistory {
  readonly events: readonly {
    readonly eventType: string;
    readonly workflowExecutionStartedEventAttributes?: { readonly workflowId: string };
    readonly activityTaskStartedEventAttributes?: { readonly attempt: number };
    readonly workflowExecutionUpdateAcceptedEventAttributes?: unknown;
  }[];
}

const historyOf = (file: string): StoredHistory =>
  JSON.parse(readFileSync(join(folder, file), 'utf8')) as StoredHistory;

let codePath: string;
beforeAll(async () => {
  installRuntime({ logLevel: 'ERROR', log: () => undefined });
  ({ codePath } = await workflowBundle(join(projectDir(), '.cache')));
});

const replay = async (file: string, bundle = codePath): Promise<Error | undefined> => {
  const history = historyOf(file);
  const workflowId =
    history.events[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? 'missing';
  const results = Worker.runReplayHistories({ workflowBundle: { codePath: bundle } }, [
    { workflowId, history },
  ]);
  let error: Error | undefined;
  for await (const result of results) error = result.error;
  return error;
};

it.each(files)('%s is replayed as it was recorded', async (file) => {
  expect(await replay(file)).toBeUndefined();
});

it.each([
  { what: 'goes on in a new run', has: 'EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW' },
  { what: 'takes requests', has: 'EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED' },
  { what: 'soaks', has: 'EVENT_TYPE_TIMER_FIRED' },
  { what: 'is cancelled', has: 'EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED' },
])('a stored history $what', ({ has }) => {
  const types = files.flatMap((file) => historyOf(file).events.map(({ eventType }) => eventType));
  expect(types).toContain(has);
});

it('a stored history has a step that a second worker did, the first one having been killed', () => {
  const attempts = historyOf('host/0.1.0-worker-crash.json').events.map(
    (event) => event.activityTaskStartedEventAttributes?.attempt ?? 0,
  );
  expect(Math.max(...attempts)).toBeGreaterThanOrEqual(2);
});

describe('a build that does something else than the recorded one', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'mutant-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it.each([
    {
      name: 'checks a second time before it stages',
      file: 'host/0.1.0-fallback.json',
      from: 'const staged = await host.steps.stage();',
      to: 'await host.steps.check(); const staged = await host.steps.stage();',
    },
    {
      name: 'starts hosts without assessing them',
      file: 'rollout/0.1.0-pause.json',
      from: 'return children.startAssessment(command);',
      to: 'return;',
    },
  ])('and $name is found out', async ({ name, file, from, to }) => {
    const code = await readFile(codePath, 'utf8');
    expect(code.split(from)).toHaveLength(2);
    const mutant = join(dir, `${basename(name)}.js`);
    await writeFile(mutant, code.replace(from, to));
    const error = await replay(file, mutant);
    expect(error?.message).toContain('TMPRL1100');
  });
});
