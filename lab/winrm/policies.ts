import { randomUUID } from 'node:crypto';
import { MessageRefused, parseEnvelope } from '../../remote/winrm/wire/envelope';
import type { Envelope } from '../../remote/winrm/wire/envelope';
import { faultCodes } from '../../remote/winrm/wire/fault';
import type { FaultDescription } from '../../remote/winrm/wire/fault';
import { actions, ns } from '../../remote/winrm/wire/namespaces';
import { isIdentify } from '../../remote/winrm/wire/server-requests';
import { buildFault } from '../../remote/winrm/wire/server-responses';
import { XmlRefused } from '../../remote/winrm/wire/xml';
import type { Machine } from '../machine';

/** ERROR_WSMAN_REMOTESHELLS_NOT_ALLOWED of wsmerror.h. */
const shellsNotAllowed = 2150859180;

/**
 * The fault with which the host's policies answer a message of somebody who has logged in; null when they let it pass.
 * What is no message at all passes too: it is refused for that.
 */
export function objectionTo(machine: Machine, message: Buffer): Buffer | null {
  const { tokenFiltered = false, shellsRefused = false } = machine.faults;
  if (!tokenFiltered && !shellsRefused) return null;
  const envelope = readEnvelope(message);
  // Who somebody is does not matter for what the host is.
  if (envelope === null || isIdentify(envelope.body)) return null;
  if (tokenFiltered) return refuse(machine, envelope, faultCodes.accessDenied, accessDenied);
  return isCreateShell(envelope)
    ? refuse(machine, envelope, shellsNotAllowed, 'The host accepts no remote shells.')
    : null;
}

const accessDenied = 'Access is denied.';

function isCreateShell({ action, resourceUri }: Envelope): boolean {
  return action === actions.create && (resourceUri?.startsWith(`${ns.shell}/`) ?? false);
}

function readEnvelope(message: Buffer): Envelope | null {
  try {
    return parseEnvelope(message);
  } catch (error) {
    if (error instanceof XmlRefused || error instanceof MessageRefused) return null;
    throw error;
  }
}

function refuse(machine: Machine, envelope: Envelope, code: number, message: string): Buffer {
  const { windows, id } = machine.options;
  const fault: FaultDescription = {
    code,
    machine: windows?.computerName ?? id.toUpperCase(),
    message,
    role: 'Sender',
    subcode: 'AccessDenied',
  };
  const messageId = `uuid:${randomUUID().toUpperCase()}`;
  return buildFault({ messageId, relatesTo: envelope.messageId }, fault);
}
