import { Failure } from '../../contracts/failures';
import type { HookInput } from '../../contracts/steps';
import { isHookState } from './report';

/** Host names and IP addresses, also in brackets; `%` of a zone would be a variable to cmd.exe. */
const safeAddress = /^[A-Za-z0-9._:[\]-]+$/;

/**
 * The hook's command line for one host. What is put into it was checked to be nothing that a shell could take for more
 * than a word; what else stands in braces is the command's own, as PowerShell's script blocks are.
 */
export function commandOf(
  { hook, hostId, prior = null }: Pick<HookInput, 'hook' | 'hostId' | 'prior'>,
  address: string,
): string {
  return hook.command.replaceAll(/\{(host|address|state)\}/g, (_, name: string) => {
    if (name === 'host') return hostId;
    if (name === 'address') {
      return safeAddress.test(address) ? address : refuse(hostId, `{address} is ${address}`);
    }
    if (prior === null) return '';
    return isHookState(prior) ? prior : refuse(hostId, '{state} is no reported state');
  });
}

function refuse(host: string, what: string): never {
  throw new Failure('bad-request', `${host}: ${what}, which is not put into a command`, {
    facts: { host },
    advice: 'correct the address in the fleet, or what started the workflow',
  });
}
