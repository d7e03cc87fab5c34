import type {
  EventLogFacts,
  EventRecord,
  HostFacts,
  PackageState,
} from '../../../../contracts/facts';
import type { SymptomPattern } from '../../../../contracts/hotfix';
import type { AffectedState } from '../../../../contracts/outcome';
import { burst, dcs, hours, lost, minutes, row, serverEvent } from '../host-facts';

/** One thing that a host may show, and what has to be said of it. */
export interface Situation {
  readonly when: string;
  /** Symptom events as the host sent them. */
  readonly events?: readonly EventRecord[];
  /** Server lists as the host sent them; by default one with three usable domain controllers. */
  readonly servers?: readonly EventRecord[];
  /** Both kinds of events as wevtutil printed them, in place of the two above. */
  readonly xml?: string;
  readonly log?: Partial<Pick<EventLogFacts, 'complete' | 'oldestRecordAt'>>;
  readonly package?: PackageState;
  readonly file?: string | null;
  readonly facts?: Partial<HostFacts>;
  /** What the operator changed in the shipped definition. */
  readonly symptom?: Partial<SymptomPattern>;
  readonly state: AffectedState;
  /** Code of the deciding reason. */
  readonly reason: string;
  /** Code of another reason that has to be there. */
  readonly also?: string;
  /** What one of the reasons has to say. */
  readonly says?: string;
  readonly stalling?: boolean;
  /** It lacks one thing to be another case. */
  readonly nearMiss?: true;
  readonly source: string;
}

const [dc1, dc2, dc3] = dcs;
export { dc1, dc2, dc3 };

/** The verdicts that are most often expected. */
export const affected = { state: 'affected', reason: 'burst' } as const;
export const someOnly = {
  state: 'suspect',
  reason: 'some-servers-only',
  nearMiss: true,
} as const;
export const oneProcess = { state: 'suspect', reason: 'one-process-only', nearMiss: true } as const;
export const otherErrors = {
  state: 'not-affected',
  reason: 'other-errors-only',
  nearMiss: true,
} as const;
export const quiet = { state: 'not-affected', reason: 'no-symptom' } as const;
export const unknownFor = (reason: string) =>
  ({ state: 'unknown', reason, nearMiss: true }) as const;

/** Every domain controller lost within two minutes, two hours ago. */
export const allLost = (code = '55', ageMs = 2 * hours): EventRecord[] =>
  dcs.map((dc, index) => lost(dc, ageMs - index * minutes, { code }));
export const twoLost = (): EventRecord[] => burst().slice(0, 2);

/** One usable domain controller, so that only processes can make a burst. */
export const onlyDc1 = [serverEvent([row(dc1)])];
export const listing = (...rows: readonly string[]): readonly EventRecord[] => [serverEvent(rows)];
export const pid = (number: number, process = 'w3wp.exe (OWA)') => ({ pid: number, process });
