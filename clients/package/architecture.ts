import type { Architecture } from '../../contracts/hotfix';

const architectures: { readonly [processor: string]: Architecture } = {
  amd64: 'x64',
  x86: 'x86',
  ia64: 'ia64',
};

/** The one architecture of all cabinets; null when they differ or have another one. */
export function commonArchitecture(processors: readonly string[]): Architecture | null {
  const [first, ...others] = new Set(processors);
  return first === undefined || others.length > 0 ? null : (architectures[first] ?? null);
}
