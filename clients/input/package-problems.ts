import type { Architecture, Hotfix, PackageContents } from '../../contracts/hotfix';

interface PackageProblem {
  readonly message: string;
  readonly advice: string;
}

/** Why a package is not the one of the hotfix; nothing when it is. */
export function packageProblems(
  { kb, architecture, cabinets }: PackageContents,
  { id, install, applicability }: Hotfix,
): readonly PackageProblem[] {
  const { architectures } = applicability.os;
  const problems: PackageProblem[] = [];
  if (/^KB\d+$/i.test(id) && kb !== null && kb.toLowerCase() !== id.toLowerCase()) {
    problems.push({
      message: `is the package of ${kb}, not of ${id}`,
      advice: `use that of ${id}`,
    });
  }
  const wanted = install.packageIdentity.toLowerCase();
  if (!cabinets.some(({ identity }) => identity.toLowerCase().startsWith(wanted))) {
    const held = cabinets.map(({ identity }) => identity).join(', ');
    problems.push({
      message: `does not install ${install.packageIdentity}, it installs ${held}`,
      advice:
        'use the package of this hotfix, or correct install.packageIdentity of its definition',
    });
  }
  if (architecture === null || !architectures.includes(architecture)) {
    const what = architecture === null ? 'no one architecture that is known' : architecture;
    const advice = `use the package for ${architectures.join(' or ')}`;
    problems.push({
      message: `is for ${what}, the hotfix is for ${architectures.join(', ')}`,
      advice,
    });
  }
  return problems;
}

/** A hotfix whose package is for one architecture is for hosts of that one: others are told that it is not for them. */
export function narrowed(hotfix: Hotfix, architecture: Architecture | null): Hotfix {
  const { applicability } = hotfix;
  if (architecture === null || applicability.os.architectures.length === 1) return hotfix;
  const os = { ...applicability.os, architectures: [architecture] };
  return { ...hotfix, applicability: { ...applicability, os } };
}
