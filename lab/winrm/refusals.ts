import { faultCodes } from '../../remote/winrm/wire/fault';
import type { FaultDescription, ProviderDescription } from '../../remote/winrm/wire/fault';

type Kind = Omit<FaultDescription, 'machine' | 'provider'>;

const kind = (
  code: number,
  role: Kind['role'],
  subcode: string,
  message: string,
  prefix: Kind['prefix'] = 'w',
): Kind => ({ code, role, subcode, message, prefix });

/** Codes are those of Windows (wsmerror.h); the texts are the lab's own, since no client may read them. */
const kinds = {
  aborted: kind(faultCodes.aborted, 'Receiver', 'InternalError', 'The operation was ended.'),
  'action-not-supported': kind(
    2150858771,
    'Sender',
    'ActionNotSupported',
    'The resource has no such action.',
    'a',
  ),
  'cannot-process-filter': kind(
    2150858778,
    'Sender',
    'CannotProcessFilter',
    'The filter could not be processed: it is invalid or names what is not there.',
    'n',
  ),
  'delivery-unavailable': kind(
    2150858782,
    'Sender',
    'DeliveryModeRequestedUnavailable',
    'Events are only given to whoever pulls them.',
    'e',
  ),
  'enumeration-mode': kind(
    2150858886,
    'Sender',
    'UnsupportedFeature',
    'There is no such enumeration mode here.',
  ),
  'event-filter': kind(
    2150858786,
    'Sender',
    'FilteringRequestedUnavailable',
    'The event log takes queries of its own dialect only.',
    'e',
  ),
  'filter-dialect': kind(
    2150858777,
    'Sender',
    'FilterDialectRequestedUnavailable',
    'The resource takes no filter of this dialect.',
    'n',
  ),
  'invalid-bookmark': kind(
    2150858808,
    'Sender',
    'InvalidBookmark',
    'The bookmark is not one of this event log.',
  ),
  'invalid-context': kind(
    2150858779,
    'Receiver',
    'InvalidEnumerationContext',
    'There is no enumeration with this context any more.',
    'n',
  ),
  /** ERROR_EVT_INVALID_QUERY */
  'invalid-event-query': kind(15001, 'Receiver', 'InternalError', 'The query is invalid.'),
  'invalid-filter-xml': kind(
    2150859015,
    'Sender',
    'FilteringRequestedUnavailable',
    'The filter is no query list.',
    'e',
  ),
  'invalid-message': kind(
    faultCodes.schemaInvalid,
    'Sender',
    'SchemaValidationError',
    'The request does not follow the schema.',
  ),
  'invalid-parameters': kind(
    2150859038,
    'Sender',
    'InvalidParameter',
    'The method does not take these parameters.',
  ),
  'item-too-large': kind(
    2150858790,
    'Receiver',
    'EncodingLimit',
    'One item alone is longer than an answer may be.',
  ),
  'missing-selectors': kind(
    2150858842,
    'Sender',
    'InvalidSelectors',
    'The resource needs further selectors.',
  ),
  /** ERROR_EVT_CHANNEL_NOT_FOUND */
  'no-such-channel': kind(15007, 'Receiver', 'InternalError', 'There is no such channel.'),
  'no-such-command': kind(
    faultCodes.shellNotFound,
    'Sender',
    'InvalidSelectors',
    'The shell has no such command.',
  ),
  'no-such-resource': kind(
    faultCodes.noSuchResource,
    'Sender',
    'DestinationUnreachable',
    'The resource URI and the selectors name nothing that is here.',
    'a',
  ),
  'no-such-shell': kind(
    faultCodes.shellNotFound,
    'Sender',
    'InvalidSelectors',
    'There is no shell with this id.',
  ),
  'no-such-subscription': kind(
    2150858760,
    'Sender',
    'InvalidMessage',
    'There is no subscription with this identifier any more.',
    'e',
  ),
  'provider-failure': kind(
    2150859010,
    'Receiver',
    'InternalError',
    'The provider could not do what was asked.',
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
  'unexpected-selectors': kind(
    faultCodes.shellNotFound,
    'Sender',
    'InvalidSelectors',
    'The resource has no such selectors.',
  ),
  /** Not in the catalogue of resources, which is another thing than an instance that is not there. */
  'unknown-uri': kind(
    2150858811,
    'Sender',
    'DestinationUnreachable',
    'There is no such resource URI here.',
    'a',
  ),
} as const satisfies { readonly [refusal: string]: Kind };

/** Why the service answers with a fault. */
export type Refusal = keyof typeof kinds;

/** The same by the provider of a resource, which tells more. */
export interface ProviderRefusal {
  readonly refusal: Refusal;
  readonly provider: ProviderDescription;
}

export function describeRefusal(
  refused: Refusal | ProviderRefusal,
  machine: string,
): FaultDescription {
  if (typeof refused === 'string') return { ...kinds[refused], machine };
  return { ...kinds[refused.refusal], machine, provider: refused.provider };
}
