import { faultCodes } from '../../remote/winrm/wire/fault';
import type { FaultDescription } from '../../remote/winrm/wire/fault';

/** Why the service answers with a fault. */
export type Refusal =
  | 'aborted'
  | 'invalid-message'
  | 'no-such-command'
  | 'no-such-resource'
  | 'no-such-shell'
  | 'timed-out'
  | 'too-many-operations'
  | 'too-many-shells';

type Kind = Omit<FaultDescription, 'machine'>;

const kind = (code: number, role: Kind['role'], subcode: string, message: string): Kind => ({
  code,
  role,
  subcode,
  message,
});

/** Codes are those of Windows; the texts are the lab's own, since no client may read them. */
const kinds: { readonly [refusal in Refusal]: Kind } = {
  aborted: kind(faultCodes.aborted, 'Receiver', 'InternalError', 'The operation was ended.'),
  'invalid-message': kind(
    faultCodes.schemaInvalid,
    'Sender',
    'SchemaValidationError',
    'The request does not follow the schema.',
  ),
  'no-such-command': kind(
    faultCodes.shellNotFound,
    'Sender',
    'InvalidSelectors',
    'The shell has no such command.',
  ),
  'no-such-resource': kind(
    2150858752,
    'Sender',
    'DestinationUnreachable',
    'There is no such resource URI here.',
  ),
  'no-such-shell': kind(
    faultCodes.shellNotFound,
    'Sender',
    'InvalidSelectors',
    'There is no shell with this id.',
  ),
  'timed-out': kind(
    faultCodes.timedOut,
    'Receiver',
    'TimedOut',
    'Nothing happened within the operation timeout.',
  ),
  'too-many-operations': kind(
    faultCodes.tooManyOperations,
    'Sender',
    'QuotaLimit',
    'The user has as many operations as the quota allows.',
  ),
  'too-many-shells': kind(
    faultCodes.tooManyShells,
    'Sender',
    'QuotaLimit',
    'The user has as many shells as the quota allows.',
  ),
};

export function describeRefusal(refusal: Refusal, machine: string): FaultDescription {
  return { ...kinds[refusal], machine };
}
