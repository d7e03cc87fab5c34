import type { WmiType, WmiValues } from '../../wmi';
import type { XmlElement } from '../wire/xml';

/**
 * Value of a property from the elements that carry it (DSP0230 8.2): none or one that is nil for null, and each value of
 * an array in an element of its own. Undefined when this is no value of the type.
 */
export function decodeCim<T extends WmiType>(
  type: T,
  elements: readonly XmlElement[],
): WmiValues[T] | null | undefined;
export function decodeCim(type: WmiType, elements: readonly XmlElement[]): unknown {
  const [first, ...others] = elements;
  if (first === undefined || (others.length === 0 && isNil(first))) return null;
  const decode = decoders[type];
  if (!type.endsWith('[]')) return others.length === 0 ? decode(first) : undefined;
  const values = elements.map((element) => (isNil(element) ? undefined : decode(element)));
  return values.includes(undefined) ? undefined : values;
}

/** What the elements of a property say, for a message. */
export function cimText(elements: readonly XmlElement[]): string {
  const texts = elements.map(({ text, children }) =>
    children.length === 0 ? text : children.map((one) => `<${one.name}>${one.text}`).join(''),
  );
  return texts.join(', ');
}

const isNil = ({ attributes }: XmlElement): boolean =>
  ['true', '1'].includes(attributes.get('nil') ?? '');

type Decoder = (element: XmlElement) => string | number | boolean | bigint | undefined;

const plain =
  (read: (text: string) => ReturnType<Decoder>): Decoder =>
  ({ text, children }) =>
    children.length === 0 ? read(text) : undefined;

const integer = (least: bigint, most: bigint): Decoder =>
  plain((text) => {
    const value = wholeNumber(text, least, most);
    return value === undefined ? undefined : Number(value);
  });

const bigInteger = (least: bigint, most: bigint): Decoder =>
  plain((text) => wholeNumber(text, least, most));

function wholeNumber(text: string, least: bigint, most: bigint): bigint | undefined {
  if (!/^\s*[+-]?\d{1,20}\s*$/.test(text)) return undefined;
  const value = BigInt(text.trim().replace('+', ''));
  return value >= least && value <= most ? value : undefined;
}

/** Text stays as it is: the Caption of 2008 R2 ends with a blank. */
const string = plain((text) => text);

const boolean = plain((text) => booleans.get(text.trim().toLowerCase()));

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

/** Windows puts a time into a child of its own, in a projection without a namespace. */
const datetime: Decoder = ({ text, children }) => {
  const [only, ...others] = children;
  if (only === undefined) return timeOf(text.trim());
  return only.name === 'Datetime' && others.length === 0 ? timeOf(only.text.trim()) : undefined;
};

const uint8 = integer(0n, 255n);
const uint32 = integer(0n, 4_294_967_295n);

const decoders: { readonly [type in WmiType]: Decoder } = {
  string,
  boolean,
  uint8,
  uint16: integer(0n, 65_535n),
  uint32,
  sint32: integer(-2_147_483_648n, 2_147_483_647n),
  uint64: bigInteger(0n, 2n ** 64n - 1n),
  sint64: bigInteger(-(2n ** 63n), 2n ** 63n - 1n),
  datetime,
  'string[]': string,
  'uint8[]': uint8,
  'uint32[]': uint32,
};

/** xs:dateTime with its zone, as WS-Management has it. */
const xmlTime = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,3})?\d*(Z|[+-]\d\d:\d\d)$/;
/** DSP0004: `yyyymmddHHMMSS.mmmmmm±UUU`, the zone in minutes. */
const cimTime = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.(\d{3})\d{3}([+-])(\d{3})$/;

function timeOf(text: string): string | undefined {
  const [, whole, fraction = '', zone] = xmlTime.exec(text) ?? [];
  if (whole !== undefined) return isoTime(`${whole}${fraction}${zone ?? ''}`, 0);
  const parts = cimTime.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, ms, sign, offset] = parts;
  const minutes = Number(`${sign ?? ''}${offset ?? ''}`);
  return isoTime(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`, minutes);
}

function isoTime(text: string, zoneMinutes: number): string | undefined {
  const at = Date.parse(text) - zoneMinutes * 60_000;
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
