import {
  AsnArray,
  AsnConvert,
  AsnProp,
  AsnPropTypes,
  AsnType,
  AsnTypeTypes,
  OctetString,
} from '@peculiar/asn1-schema';

/** What a client says in SPNEGO (RFC 4178, 4.2), as far as a host reads it. */
export interface SpnegoRequest {
  /** In the order of preference; empty in every message but the first. */
  readonly mechanisms: readonly string[];
  /** DER of that list as it was sent, which the MIC is made over; null in every message but the first. */
  readonly mechanismList: Buffer | null;
  /** Token of the mechanism. */
  readonly token: Buffer | null;
  readonly mic: Buffer | null;
}

export interface SpnegoAnswer {
  readonly state: keyof typeof states;
  /** Named in the first answer only. */
  readonly mechanism?: string;
  readonly token?: Buffer;
  readonly mic?: Buffer;
}

export const ntlmOid = '1.3.6.1.4.1.311.2.2.10';
const spnegoOid = '1.3.6.1.5.5.2';

const states = { complete: 0, incomplete: 1, requestMic: 3 } as const;

class Mechanisms extends AsnArray<string> {}

class Init {
  mechanisms = new Mechanisms();
  flags?: ArrayBuffer;
  token?: OctetString;
  mic?: OctetString;
}

/** InitialContextToken of RFC 2743, 3.1, behind its tag. */
class First {
  mechanism = '';
  init = new Init();
}

class Response {
  state?: number;
  mechanism?: string;
  token?: OctetString;
  mic?: OctetString;
}

class Later {
  response?: Response;
}

// Called and not written as decorators, which neither the compiler nor the tests' are set up for.
const { Any, Enumerated, ObjectIdentifier } = AsnPropTypes;
AsnType({ type: AsnTypeTypes.Sequence, itemType: ObjectIdentifier })(Mechanisms);
AsnType({ type: AsnTypeTypes.Sequence })(Init);
AsnProp({ type: Mechanisms, context: 0 })(Init.prototype, 'mechanisms');
AsnProp({ type: Any, context: 1, optional: true })(Init.prototype, 'flags');
AsnProp({ type: OctetString, context: 2, optional: true })(Init.prototype, 'token');
AsnProp({ type: OctetString, context: 3, optional: true })(Init.prototype, 'mic');
AsnType({ type: AsnTypeTypes.Sequence })(First);
AsnProp({ type: ObjectIdentifier })(First.prototype, 'mechanism');
AsnProp({ type: Init, context: 0 })(First.prototype, 'init');
AsnType({ type: AsnTypeTypes.Sequence })(Response);
AsnProp({ type: Enumerated, context: 0, optional: true })(Response.prototype, 'state');
AsnProp({ type: ObjectIdentifier, context: 1, optional: true })(Response.prototype, 'mechanism');
AsnProp({ type: OctetString, context: 2, optional: true })(Response.prototype, 'token');
AsnProp({ type: OctetString, context: 3, optional: true })(Response.prototype, 'mic');
AsnType({ type: AsnTypeTypes.Choice })(Later);
AsnProp({ type: Response, context: 1 })(Later.prototype, 'response');

const firstTag = 0x60;
const laterTag = 0xa1;
const sequenceTag = 0x30;

/** Null when it is no SPNEGO, or damaged. */
export function decodeSpnego(token: Buffer): SpnegoRequest | null {
  try {
    if (token[0] === firstTag) return readFirst(token);
    if (token[0] !== laterTag) return null;
    const { response } = AsnConvert.parse(token, Later);
    if (response === undefined) return null;
    const { token: inner, mic } = response;
    return { mechanisms: [], mechanismList: null, token: bytesOf(inner), mic: bytesOf(mic) };
  } catch {
    return null;
  }
}

/** [APPLICATION 0] IMPLICIT SEQUENCE: with the tag of a plain one it is the same. */
function readFirst(token: Buffer): SpnegoRequest | null {
  const sequence = Buffer.concat([Buffer.from([sequenceTag]), token.subarray(1)]);
  const { mechanism, init } = AsnConvert.parse(sequence, First);
  if (mechanism !== spnegoOid) return null;
  const { mechanisms, token: inner, mic } = init;
  return {
    mechanisms: [...mechanisms],
    mechanismList: Buffer.from(AsnConvert.serialize(mechanisms)),
    token: bytesOf(inner),
    mic: bytesOf(mic),
  };
}

const bytesOf = (octets: OctetString | undefined): Buffer | null =>
  octets === undefined ? null : Buffer.from(octets.buffer);

export function encodeSpnego({ state, mechanism, token, mic }: SpnegoAnswer): Buffer {
  const later = new Later();
  later.response = Object.assign(new Response(), {
    state: states[state],
    ...(mechanism !== undefined && { mechanism }),
    ...(token !== undefined && { token: new OctetString(token) }),
    ...(mic !== undefined && { mic: new OctetString(mic) }),
  });
  return Buffer.from(AsnConvert.serialize(later));
}
