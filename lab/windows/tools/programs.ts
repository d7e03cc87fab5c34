import type { Program } from '../process/invocation';
import { appcmd } from './appcmd';
import { bitsadmin } from './bitsadmin';
import { certutil } from './certutil';
import { chcp } from './chcp';
import { cmd } from './cmd';
import { dism } from './dism/dism';
import { expand } from './expand';
import { find } from './find';
import { findstr } from './findstr';
import { fsutil } from './fsutil';
import { hostname } from './hostname';
import { more } from './more';
import { net } from './net';
import { ping } from './ping';
import { powershell } from './powershell';
import { reg } from './reg';
import { sc } from './sc';
import { schtasks } from './schtasks/schtasks';
import { shutdown } from './shutdown';
import { systeminfo } from './systeminfo';
import { taskkill } from './taskkill';
import { tasklist } from './tasklist';
import { timeout } from './timeout';
import { wevtutil } from './wevtutil/wevtutil';
import { whoami } from './whoami';
import { wmic } from './wmic/wmic';
import { wusa } from './wusa';

/**
 * Programs of every machine, by their path below System32. There is no PowerShell, but where Exchange is managed from:
 * what is to run on the lab must get by with what is always there, and whoever calls it is told what cmd tells of an
 * unknown name.
 */
const system32: Readonly<Record<string, Program>> = {
  'bitsadmin.exe': bitsadmin,
  'certutil.exe': certutil,
  'chcp.com': chcp,
  'cmd.exe': cmd,
  'Dism.exe': dism,
  'expand.exe': expand,
  'find.exe': find,
  'findstr.exe': findstr,
  'fsutil.exe': fsutil,
  'HOSTNAME.EXE': hostname,
  'more.com': more,
  'net.exe': net,
  'net1.exe': net,
  'PING.EXE': ping,
  'reg.exe': reg,
  'sc.exe': sc,
  'schtasks.exe': schtasks,
  'shutdown.exe': shutdown,
  'systeminfo.exe': systeminfo,
  'taskkill.exe': taskkill,
  'tasklist.exe': tasklist,
  'timeout.exe': timeout,
  'wbem\\WMIC.exe': wmic,
  'wevtutil.exe': wevtutil,
  'whoami.exe': whoami,
  'wusa.exe': wusa,
};

/** Not in the search path: it has to be called by its full name. */
const webServer: Readonly<Record<string, Program>> = { 'inetsrv\\appcmd.exe': appcmd };

const managementShell: Readonly<Record<string, Program>> = {
  'WindowsPowerShell\\v1.0\\powershell.exe': powershell,
};

export interface Programs {
  readonly paths: readonly string[];
  /** By full path in lower case. */
  readonly byPath: ReadonlyMap<string, Program>;
}

interface Roles {
  readonly hasWebServer: boolean;
  readonly hasManagementShell: boolean;
}

const known = new Map<string, Programs>();

/** One table for all machines with the same roles. */
export function programsOf({ hasWebServer, hasManagementShell }: Roles): Programs {
  const key = `${hasWebServer} ${hasManagementShell}`;
  const programs =
    known.get(key) ??
    tableOf({
      ...system32,
      ...(hasWebServer ? webServer : {}),
      ...(hasManagementShell ? managementShell : {}),
    });
  known.set(key, programs);
  return programs;
}

function tableOf(programs: Readonly<Record<string, Program>>): Programs {
  const entries = Object.entries(programs).map(
    ([name, program]) => [`C:\\Windows\\System32\\${name}`, program] as const,
  );
  return {
    paths: entries.map(([path]) => path),
    byPath: new Map(entries.map(([path, program]) => [path.toLowerCase(), program])),
  };
}
