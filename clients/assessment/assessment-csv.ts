import { stringify } from 'csv-stringify/sync';
import type { AssessedHost } from '../../contracts/rollout';
import type { Answer } from '../../contracts/reason';
import type { HostAssessment } from '../../contracts/steps';

type Cell = string | number | boolean | null;
type Reached = Extract<HostAssessment, { readonly reached: true }>;

const of =
  (cell: (found: Reached) => Cell) =>
  (_: AssessedHost, found: HostAssessment | undefined): Cell =>
    found?.reached === true ? cell(found) : null;
const value = <T>(answer: Answer<T>, cell: (known: T) => Cell): Cell =>
  answer.known ? cell(answer.value) : null;

const columns: readonly (readonly [
  name: string,
  cell: (host: AssessedHost, found: HostAssessment | undefined) => Cell,
])[] = [
  ['host', (host) => host.hostId],
  ['state', (host) => host.state],
  ['applicable', (host) => host.applicable],
  ['services', (host) => host.health],
  ['stalling_now', of(({ verdict }) => verdict.currentlyStalling)],
  ['reason_code', (host) => host.reason.code],
  ['reason', (host) => host.reason.message],
  ['all_reasons', of(({ verdict }) => verdict.reasons.map(({ message }) => message).join(' '))],
  [
    'corroboration',
    of(({ verdict }) =>
      (verdict.corroboration ?? []).map((one) => `${one.question}: ${one.answer}`).join('; '),
    ),
  ],
  ['windows', of(({ facts }) => value(facts.os, (os) => os.version))],
  ['service_pack', of(({ facts }) => value(facts.os, (os) => os.servicePack))],
  ['package', of(({ facts }) => value(facts.package, ({ state }) => state))],
  [
    'files',
    of(({ facts }) =>
      value(facts.fileVersions, (versions) =>
        Object.entries(versions)
          .map(([path, version]) => `${path} ${version ?? 'missing'}`)
          .join('; '),
      ),
    ),
  ],
  ['deciding_events', of(({ facts }) => value(facts.events, ({ symptoms }) => symptoms.length))],
  ['log_reaches_back_to', of(({ facts }) => value(facts.events, (log) => log.oldestRecordAt))],
  ['last_boot', of(({ facts }) => value(facts.boot, (boot) => boot.lastBootUpTime))],
  ['host_time', of(({ facts }) => value(facts.hostTime, (time) => time))],
  ['asked_by', of(({ facts }) => facts.asked?.by ?? null)],
];

/** One row per host; cells that a spreadsheet would run as a formula are defused, as in reports. */
export function assessmentCsv(
  hosts: readonly AssessedHost[],
  evidence: ReadonlyMap<string, HostAssessment>,
): string {
  const rows = hosts.map((host) =>
    columns.map(([, cell]) => {
      const text = cell(host, evidence.get(host.hostId));
      return typeof text === 'boolean' ? (text ? 'yes' : 'no') : text;
    }),
  );
  return stringify([columns.map(([name]) => name), ...rows], {
    escape_formulas: true,
    // A line end that is not the delimiter still ends the row for some readers, and a formula may begin behind it.
    quoted_match: /[\r\n]/,
    record_delimiter: 'windows',
  });
}
