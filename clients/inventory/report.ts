import type { InputProblem } from '../input/bad-input';
import type { Origin } from './origin';

/** Tells one problem; `host` is named in it, together with the others that have it at the same place. */
export type Report = (
  origin: Origin,
  field: string,
  message: string,
  advice: string,
  host?: string,
) => void;

/** Problems by their places: what a group says wrongly is one problem, not one for each of its 500 hosts. */
export function collectProblems(): { report: Report; problems: () => InputProblem[] } {
  const found = new Map<string, { readonly problem: InputProblem; readonly hosts: string[] }>();
  return {
    report({ file, line }, field, message, advice, host) {
      const key = JSON.stringify([file, line, field, message, advice]);
      const known = found.get(key) ?? {
        problem: { file, line, field, message, advice },
        hosts: [],
      };
      if (host !== undefined) known.hosts.push(host);
      found.set(key, known);
    },
    problems: () =>
      [...found.values()].map(({ problem, hosts }) =>
        hosts.length === 0
          ? problem
          : { ...problem, message: `${problem.message} (for ${listed(hosts)})` },
      ),
  };
}

function listed(hosts: readonly string[]): string {
  const shown = hosts.slice(0, 3).join(', ');
  return hosts.length > 3 ? `${shown} and ${hosts.length - 3} more` : shown;
}
