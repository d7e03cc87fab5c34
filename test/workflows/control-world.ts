import { Worker } from '@temporalio/worker';
import { createAskSlot } from '../../activities/ask-slot';
import { createTellSlots } from '../../activities/tell-slots';
import type { Activities } from '../../contracts/activities';
import { Failure } from '../../contracts/failures';
import type { Measurement } from '../../contracts/gate';
import type { HostId } from '../../contracts/ids';
import type { NotifyInput } from '../../contracts/notification';
import type { MaintenanceWindow } from '../../contracts/window';
import { holderOf } from '../../workers/dependencies';
import { createSlotsPort } from '../../workers/slots';
import type { Workers } from '../../workers/worker';
import type { TestEngine } from '../engine';
import { startTestEngine } from '../engine';
import type { FakeWorld } from './fake-world';
import { createFakeWorld } from './fake-world';

type Phase = Measurement['phase'];

/** A server with workers, real slots, and a fake world of which fleet, gates and people are a part. */
export interface ControlWorld {
  readonly engine: TestEngine;
  readonly world: FakeWorld;
  readonly notices: readonly NotifyInput[];
  /** Settles when so many notices have come. */
  untilTold(count: number): Promise<void>;
  /** The fleet says something else of this host than the preview; null: it does not any more. */
  changeInFleet(host: HostId, why: string | null): void;
  /** The fleet cannot be read for any of these hosts. */
  loseFleet(host: HostId | null): void;
  /** What a gate measures, one after the other; the last one repeats. */
  measures(gate: string, ...phases: readonly Phase[]): void;
  /** Whoever is told answers only once this is called, and then wants none of it. */
  holdNotices(): () => void;
  /** @throws when a workflow that ran here does not replay */
  stop(): Promise<void>;
}

export interface ControlWorldOptions {
  readonly timeSkipping?: boolean;
  /** In place of what the fake world does. */
  readonly activities?: Partial<Activities>;
}

export async function startControlWorld({
  timeSkipping = false,
  activities = {},
}: ControlWorldOptions = {}): Promise<ControlWorld> {
  const engine = await startTestEngine({ timeSkipping, cached: true });
  const world = createFakeWorld();
  const changed = new Map<HostId, string>();
  const scripted = new Map<string, Phase[]>();
  const notices: NotifyInput[] = [];
  let lost: HostId | null = null;
  const awaited: { readonly count: number; readonly reach: () => void }[] = [];
  let opened: Promise<void> | null = null;
  const deps = {
    slots: createSlotsPort(engine.client),
    holderOf: (host: HostId) => holderOf(engine.client, host),
  };
  const workers: Workers = await engine.startWorkers({
    ...world.activities,
    holder: deps.holderOf,
    askSlot: createAskSlot(deps),
    tellSlots: createTellSlots(deps),
    async findChanged({ hosts }) {
      if (hosts.some((host) => host === lost)) throw new Failure('fleet-unreadable', 'no fleet');
      return hosts.flatMap((hostId) => {
        const why = changed.get(hostId);
        return why === undefined ? [] : [{ hostId, why }];
      });
    },
    async measure(input) {
      const phases = scripted.get(input.gate.name) ?? [];
      const phase = (phases.length > 1 ? phases.shift() : phases[0]) ?? 'successful';
      return { ...(await world.activities.measure(input)), phase, message: `it is ${phase}` };
    },
    async notify(input) {
      notices.push(input);
      for (const { count, reach } of awaited) if (notices.length >= count) reach();
      if (opened === null) return;
      await opened;
      throw new Failure('notice-refused', 'nobody listens');
    },
    ...activities,
  });
  return {
    engine,
    world,
    notices,
    changeInFleet(host, why) {
      if (why === null) changed.delete(host);
      else changed.set(host, why);
    },
    loseFleet(host) {
      lost = host;
    },
    measures: (gate, ...phases) => void scripted.set(gate, [...phases]),
    untilTold: (count) =>
      new Promise((reach) => {
        if (notices.length >= count) reach();
        else awaited.push({ count, reach });
      }),
    holdNotices() {
      let open: () => void = () => undefined;
      opened = new Promise((resolve) => {
        open = resolve;
      });
      return open;
    },
    async stop() {
      await workers.shutdown();
      try {
        await replayAll(engine);
      } finally {
        await engine.stop();
      }
    },
  };
}

/** All that ran here, whole: a worker that comes to a rollout in its middle does the same. */
async function replayAll({ client, bundle }: TestEngine): Promise<void> {
  const histories = client.workflow.list().intoHistories();
  let count = 0;
  for await (const one of Worker.runReplayHistories({ workflowBundle: bundle }, histories)) {
    count += 1;
    if (one.error !== undefined)
      throw new Error(`${one.workflowId} does not replay`, { cause: one.error });
  }
  if (count === 0) throw new Error('nothing ran here');
}

/** A window that opens in so many minutes, of whole ones: a negative number means that it is open already. */
export function windowIn(name: string, minutes: number, lastsMinutes: number): MaintenanceWindow {
  const start = new Date(Date.now() + minutes * minute).toISOString().slice(0, 16);
  return {
    name,
    schedule: { kind: 'once', start },
    timeZone: 'UTC',
    durationMs: lastsMinutes * minute,
    cutoffMs: 0,
  };
}

const minute = 60_000;
