import type { WindowsFacts } from '../options';
import { keys, topologyValue } from './keys';
import type { RegistryValue } from './registry';
import { withScenario } from './scenario-registry';

const text = (name: string, data: string): RegistryValue => ({ name, type: 'REG_SZ', data });
const number = (name: string, value: number): RegistryValue => ({
  name,
  type: 'REG_DWORD',
  data: `0x${value.toString(16)}`,
});

/** What the installation of Windows and Exchange left in the registry, as far as anybody asks for it. */
export function initialRegistry(
  windows: WindowsFacts,
): readonly (readonly [path: string, values: readonly RegistryValue[]])[] {
  return withScenario(installedRegistry(windows), windows.registry);
}

function installedRegistry(windows: WindowsFacts): [path: string, values: RegistryValue[]][] {
  const productName = windows.caption.replace('Microsoft ', '').trim();
  const entries: [string, RegistryValue[]][] = [
    [
      keys.windowsNt,
      [
        text('CurrentVersion', windows.version.slice(0, 3)),
        text('CurrentBuild', windows.build),
        text('CurrentBuildNumber', windows.build),
        text('ProductName', productName),
        ...(windows.servicePack === '' ? [] : [text('CSDVersion', windows.servicePack)]),
        text('SystemRoot', 'C:\\Windows'),
      ],
    ],
    [keys.winlogon, [text('Shell', 'explorer.exe'), text('AutoAdminLogon', '0')]],
    // SMB 1 is on unless the value SMB1 says 0 (KB2696547); nothing sets it.
    [keys.fileServer, [number('Size', 3)]],
    [keys.spooler, [text('DisplayName', 'Print Spooler')]],
    [keys.printPolicies, []],
    [keys.servicing, []],
    [keys.servicingInterface, [number('ServicingInProgress', 0)]],
    [keys.autoUpdate, []],
    [keys.sessionManager, [text('BootExecute', 'autocheck autochk *')]],
    [keys.computerName, [text('ComputerName', windows.computerName)]],
    [keys.codePage, [text('ACP', '1252'), text('OEMCP', String(windows.codePage))]],
    [
      keys.policies,
      [
        number('EnableLUA', 1),
        number('ConsentPromptBehaviorAdmin', 5),
        number('PromptOnSecureDesktop', 1),
        number('LocalAccountTokenFilterPolicy', 1),
      ],
    ],
  ];
  if (windows.dns) entries.push([keys.dns, [number('BootMethod', 3)]]);
  if (windows.exchange !== null) entries.push(...exchangeRegistry(windows));
  return entries;
}

function exchangeRegistry({ exchange, topologyLevel }: WindowsFacts): [string, RegistryValue[]][] {
  const low = new Set(['6 Validation']);
  const categories = [
    '1 General',
    '2 Cache',
    '4 Configuration',
    '5 LDAP',
    '6 Validation',
    '7 Recipient Update Service',
    '8 Site Update',
    '9 Exchange Topology',
  ];
  const values = categories.map((name) => number(name, low.has(name) ? 1 : 0));
  if (topologyLevel !== null) values.splice(2, 0, number(topologyValue, topologyLevel));
  return [
    [keys.adAccess, []],
    [keys.adAccessDiagnostics, values],
    exchange === '2013'
      ? [keys.exchange15Setup, setup('V15', 15, 0)]
      : [keys.exchange14Setup, setup('V14', 14, 3)],
  ];
}

function setup(folder: string, major: number, minor: number): RegistryValue[] {
  return [
    text('MsiInstallPath', `C:\\Program Files\\Microsoft\\Exchange Server\\${folder}\\`),
    number('MsiProductMajor', major),
    number('MsiProductMinor', minor),
  ];
}
