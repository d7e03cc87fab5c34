import type { EventRecord } from '../../../../contracts/facts';
import { known } from '../../../../contracts/reason';
import { before, days, dcs, hours, lost, minutes, service } from '../host-facts';
import {
  affected,
  allLost,
  dc1,
  dc2,
  dc3,
  quiet,
  type Situation,
  someOnly,
  twoLost,
} from './situation';
import { sources } from './sources';

const seconds = 1000;

/** DCs as one process lost them, each so long after the first, which was `startMs` ago. */
const series = (startMs: number, ...steps: readonly (readonly [string, number])[]): EventRecord[] =>
  steps.map(([dc, afterMs]) => lost(dc, startMs - afterMs));

const length: readonly Situation[] = [
  {
    when: 'the last DC was lost exactly 20 minutes after the first',
    events: series(2 * hours, [dc1, 0], [dc2, minutes], [dc3, 20 * minutes]),
    ...affected,
    source: sources.burst,
  },
  {
    when: 'the last DC was lost 20 minutes and a second after the first',
    events: series(2 * hours, [dc1, 0], [dc2, minutes], [dc3, 20 * minutes + seconds]),
    ...someOnly,
    source: sources.burst,
  },
  {
    when: 'the DCs were lost hours apart',
    events: series(9 * hours, [dc1, 0], [dc2, 3 * hours], [dc3, 6 * hours]),
    ...someOnly,
    source: sources.kb,
  },
  {
    when: 'two DCs were lost on one day and the third two days later',
    events: series(5 * days, [dc1, 0], [dc2, minutes], [dc3, 2 * days]),
    ...someOnly,
    source: sources.kb,
  },
  {
    when: 'two of three DCs were lost every quarter of an hour for a day',
    events: Array.from({ length: 96 }, (_, n) => n * 15 * minutes).flatMap((age) => [
      lost(dc1, age + minutes),
      lost(dc2, age + 5 * minutes),
    ]),
    ...someOnly,
    stalling: true,
    source: sources.some,
  },
  {
    when: 'lone losses precede a burst',
    events: [...series(9 * days, [dc1, 0], [dc3, 3 * days], [dc2, 5 * days]), ...allLost()],
    ...affected,
    source: sources.kb,
  },
  {
    when: 'lone losses follow a burst',
    events: [...allLost('55', 9 * days), ...series(5 * days, [dc1, 0], [dc3, 2 * days])],
    ...affected,
    source: sources.stays,
  },
];

const throttled: readonly Situation[] = [
  {
    when: 'the third DC was lost a log period after the first two',
    events: series(2 * hours, [dc1, 0], [dc2, 30 * seconds], [dc3, 900 * seconds]),
    ...affected,
    source: sources.logPeriod,
  },
  {
    when: 'each DC was lost once, a log period after the one before',
    events: series(2 * hours, [dc1, 0], [dc2, 900 * seconds], [dc3, 1800 * seconds]),
    ...someOnly,
    source: sources.logPeriod,
  },
  {
    when: 'the DCs were lost in turn, each again after a log period',
    events: series(
      3 * hours,
      [dc1, 0],
      [dc2, 600 * seconds],
      [dc1, 900 * seconds],
      [dc2, 1500 * seconds],
      [dc3, 2100 * seconds],
      [dc1, 1800 * seconds],
    ),
    ...affected,
    source: sources.logPeriod,
  },
  {
    when: 'the DCs were lost in turn, but never all within a burst',
    events: series(
      3 * hours,
      [dc1, 0],
      [dc2, 900 * seconds],
      [dc2, 1800 * seconds],
      [dc3, 1800 * seconds],
    ),
    ...someOnly,
    source: sources.logPeriod,
  },
];

const restarted = {
  boot: known({ recordId: 5000, lastBootUpTime: before(hours) }),
  services: known([service('MSExchangeADTopology', { processId: 77 })]),
};

const lookback: readonly Situation[] = [
  {
    when: 'the burst was 13 days ago and the host has been quiet since',
    events: allLost('55', 13 * days),
    ...affected,
    stalling: false,
    source: sources.lookback,
  },
  {
    when: 'services and host were restarted after the burst',
    events: allLost('55', 13 * days),
    facts: restarted,
    ...affected,
    stalling: false,
    source: sources.stays,
  },
  {
    when: 'the burst began exactly 14 days ago',
    events: allLost('55', 14 * days),
    ...affected,
    source: sources.lookback,
  },
  {
    when: 'the first DC of the burst was lost 14 days and a second ago',
    events: series(14 * days + seconds, [dc1, 0], [dc2, minutes], [dc3, 2 * minutes]),
    ...someOnly,
    source: sources.lookback,
  },
  {
    when: 'the burst ended 14 days and a second ago',
    events: allLost('55', 14 * days + 2 * minutes + seconds),
    ...quiet,
    nearMiss: true,
    source: sources.lookback,
  },
  {
    when: 'the burst was 15 days ago and one DC was lost yesterday',
    events: [...allLost('55', 15 * days), lost(dc2, days)],
    ...someOnly,
    source: sources.lookback,
  },
  {
    when: 'the host was restarted after two of three DCs were lost',
    events: twoLost(),
    facts: restarted,
    ...someOnly,
    source: sources.some,
  },
];

const now: readonly Situation[] = [
  {
    when: 'the burst is going on',
    events: allLost('55', 5 * minutes),
    ...affected,
    stalling: true,
    source: sources.stalling,
  },
  {
    when: 'the last DC was lost exactly 20 minutes ago',
    events: allLost('55', 22 * minutes),
    ...affected,
    stalling: true,
    source: sources.stalling,
  },
  {
    when: 'the last DC was lost 20 minutes and a second ago',
    events: allLost('55', 22 * minutes + seconds),
    ...affected,
    stalling: false,
    source: sources.stalling,
  },
  {
    when: 'one DC was lost a minute ago',
    events: [lost(dc1, minutes)],
    ...someOnly,
    stalling: true,
    source: sources.stalling,
  },
  {
    when: 'every DC was lost with 51 a minute ago',
    events: dcs.map((dc) => lost(dc, minutes, { code: '51' })),
    state: 'not-affected',
    reason: 'other-errors-only',
    nearMiss: true,
    stalling: false,
    source: sources.otherErrors,
  },
];

export const bursts: readonly Situation[] = [...length, ...throttled, ...lookback, ...now];
