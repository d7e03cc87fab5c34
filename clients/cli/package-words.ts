import type { PackageContents, PackageRef } from '../../contracts/hotfix';
import type { RolloutAction } from '../../contracts/plan';

/** What the preview says of the package: how it gets to the hosts, and what was read in it. */
export function packageLines(ref: PackageRef | null, action: RolloutAction = 'fix'): string[] {
  if (ref === null) return [`package: none, it is not needed to ${verbs[action]}`];
  const { fileName, sha256, bytes, url, contents } = ref;
  const way =
    url === undefined
      ? `${fileName}, ${String(bytes)} bytes, ${action === 'fix' ? 'uploaded to each host' : 'not uploaded'}`
      : `${fileName}, pulled by each host from ${url}, not looked into here`;
  return [
    `package: ${way}, sha256 ${sha256}`,
    ...(contents === undefined ? [] : contentLines(contents)),
  ];
}

const verbs = { fix: 'fix', mitigate: 'mitigate', rollback: 'roll back' } as const;

function contentLines({ kb, architecture, cabinets, requires, from }: PackageContents): string[] {
  const of = kb ?? 'a number that it does not say';
  return [
    `  of ${of}, for ${architecture ?? 'an unknown architecture'}`,
    ...cabinets.map(({ name, identity }, index) => {
      const order = cabinets.length === 1 ? '' : `${String(index + 1)}. `;
      return `  ${order}installs ${identity} (${name})`;
    }),
    ...(requires === undefined ? [] : [`  wants to be there first: ${requires.join(', ')}`]),
    ...(from === undefined ? [] : [`  taken out of ${from.fileName}, sha256 ${from.sha256}`]),
  ];
}
