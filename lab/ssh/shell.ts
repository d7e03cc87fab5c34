import type { Machine, MachineProcess, StartOptions } from '../machine';
import type { LabShell } from '../types';
import { readPosixLine } from './shell-posix';
import { readPowerShellLine } from './shell-powershell';
import { startScript } from './shell-script';

/** Starts a command line in the shell of the account: HKLM\SOFTWARE\OpenSSH, DefaultShell, or a POSIX layer's own sshd. */
export function startInShell(
  machine: Machine,
  shell: LabShell,
  commandLine: string,
  options: StartOptions,
): MachineProcess {
  if (shell === 'cmd') return machine.start(commandLine, options);
  if (shell === 'powershell') return startScript(machine, readPowerShellLine(commandLine), options);
  const process = startScript(machine, readPosixLine(commandLine), options);
  return { ...process, exited: process.exited.then((code) => code & 0xff) };
}
