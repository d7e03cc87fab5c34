import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hasPythonModules } from '../../judges/judge';
import { hasSshd } from '../sshd';

const projectRoot = join(__dirname, '..', '..', '..');

/** Where `npm test` puts Wine's drive C and the compiled bridge: scripts/wine.mjs. */
export const wineCache = join(projectRoot, '.cache', 'judges', 'wine');
/** A prefix that was set up and never used; hosts are copies of it. */
export const prefixTemplate = join(wineCache, 'prefix');
export const bridgeProgram = join(wineCache, 'bridge.exe');
/** On the same file system as the template, whose files the copies share. */
export const hostsFolder = join(wineCache, 'hosts');

export const hasWine =
  hasSshd &&
  existsSync(join(wineCache, '.stamp')) &&
  hasPythonModules('paramiko') &&
  isOnPath('wine') &&
  isOnPath('wineserver');

function isOnPath(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
