import type { WindowsFacts } from '../options';
import { createEnvironment, type Environment } from './environment';

const common = [
  ['ALLUSERSPROFILE', 'C:\\ProgramData'],
  ['CommonProgramFiles', 'C:\\Program Files\\Common Files'],
  ['ComSpec', 'C:\\Windows\\system32\\cmd.exe'],
  ['NUMBER_OF_PROCESSORS', '4'],
  ['OS', 'Windows_NT'],
  ['Path', 'C:\\Windows\\system32;C:\\Windows;C:\\Windows\\System32\\Wbem'],
  ['PATHEXT', '.COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC'],
  ['PROCESSOR_ARCHITECTURE', 'AMD64'],
  ['ProgramData', 'C:\\ProgramData'],
  ['ProgramFiles', 'C:\\Program Files'],
  ['ProgramFiles(x86)', 'C:\\Program Files (x86)'],
  ['PROMPT', '$P$G'],
  ['PUBLIC', 'C:\\Users\\Public'],
  ['SystemDrive', 'C:'],
  ['SystemRoot', 'C:\\Windows'],
  ['windir', 'C:\\Windows'],
] as const;

/** As setup of Exchange 2010 sets it, with the backslash at its end. */
export const exchangeInstallPath = 'C:\\Program Files\\Microsoft\\Exchange Server\\V14\\';
const powershellFolder = 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\';

function* managementVariables({ managementShell }: WindowsFacts): Iterable<[string, string]> {
  if (Object.keys(managementShell).length === 0) return;
  yield ['ExchangeInstallPath', exchangeInstallPath];
  yield ['Path', `${common.find(([name]) => name === 'Path')?.[1]};${powershellFolder}`];
}

/** Variables of a network logon. */
export function administratorEnvironment(windows: WindowsFacts): Environment {
  return createEnvironment([
    ...common,
    ...managementVariables(windows),
    ['COMPUTERNAME', windows.computerName],
    ['TEMP', 'C:\\Users\\Administrator\\AppData\\Local\\Temp'],
    ['TMP', 'C:\\Users\\Administrator\\AppData\\Local\\Temp'],
    ['USERDOMAIN', windows.domain.split('.')[0]?.toUpperCase() ?? 'CONTOSO'],
    ['USERNAME', 'Administrator'],
    ['USERPROFILE', 'C:\\Users\\Administrator'],
  ]);
}

/** Variables of the local system, as a scheduled task gets them. */
export function systemEnvironment(windows: WindowsFacts): Environment {
  return createEnvironment([
    ...common,
    ...managementVariables(windows),
    ['COMPUTERNAME', windows.computerName],
    ['TEMP', 'C:\\Windows\\TEMP'],
    ['TMP', 'C:\\Windows\\TEMP'],
    ['USERDOMAIN', windows.domain.split('.')[0]?.toUpperCase() ?? 'CONTOSO'],
    ['USERNAME', `${windows.computerName}$`],
    ['USERPROFILE', 'C:\\Windows\\system32\\config\\systemprofile'],
  ]);
}
