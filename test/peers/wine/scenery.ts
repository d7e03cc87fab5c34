import type { RegistryKey } from './registry-text';

const currentVersion = 'Software\\Microsoft\\Windows\\CurrentVersion';

export const servicingKeyPath = `${currentVersion}\\Component Based Servicing`;

/** Keys that every Windows has and Wine has not. */
export const windowsKeys: readonly RegistryKey[] = [
  { path: servicingKeyPath, values: { LastTrustedInstallerVersion: '6.1.7601.17514' } },
  { path: `${currentVersion}\\WindowsUpdate\\Auto Update`, values: { AUOptions: 3 } },
];

/** Takes the compiled stand-ins where there are any, and else what Wine has built in (Wine: DllOverrides). */
export const overridesFor = (tools: readonly string[]): RegistryKey => ({
  path: 'Software\\Wine\\DllOverrides',
  values: Object.fromEntries(tools.map((tool) => [`${tool}.exe`, 'native,builtin'])),
});
