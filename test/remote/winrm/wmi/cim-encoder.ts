import fc from 'fast-check';
import { escapeXml } from '../../../../remote/winrm/wire/xml';
import type { WmiType, WmiValues } from '../../../../remote/wmi';

export type AnyCimValue = WmiValues[WmiType] | null;

/** The other direction of what is tested: a property as Windows writes it. */
export function encodeProperty(
  name: string,
  type: WmiType,
  value: AnyCimValue,
  prefix: 'p:' | '',
): string {
  const element = `${prefix}${name}`;
  if (value === null) return `<${element} xsi:nil="true"/>`;
  const values = Array.isArray(value) ? (value as readonly (string | number)[]) : [value];
  return values
    .map((one) => {
      const text = escapeXml(String(one));
      const child = prefix === '' ? 'Datetime' : 'cim:Datetime';
      return type === 'datetime'
        ? `<${element}><${child}>${shortest(text)}</${child}></${element}>`
        : `<${element}>${text}</${element}>`;
    })
    .join('');
}

/** Windows leaves out what is zero at the end of a fraction, and a fraction that is nothing else. */
const shortest = (iso: string): string => iso.replace(/\.?0*Z$/, 'Z');

const time = fc
  .date({
    min: new Date('1980-01-01T00:00:00Z'),
    max: new Date('2099-12-31T23:59:59Z'),
    noInvalidDate: true,
  })
  .map((date) => date.toISOString());

/** Text that XML can carry; control characters it cannot. */
const text = fc.string({ unit: 'grapheme' });

const values: { readonly [type in WmiType]: fc.Arbitrary<WmiValues[type]> } = {
  string: text,
  boolean: fc.boolean(),
  uint8: fc.integer({ min: 0, max: 0xff }),
  uint16: fc.integer({ min: 0, max: 0xffff }),
  uint32: fc.integer({ min: 0, max: 0xffffffff }),
  sint32: fc.integer({ min: -0x80000000, max: 0x7fffffff }),
  uint64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  sint64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  datetime: time,
  // An empty array has no element, so that it cannot be told from none.
  'string[]': fc.array(text, { minLength: 1, maxLength: 5 }),
  'uint8[]': fc.array(fc.integer({ min: 0, max: 0xff }), { minLength: 1, maxLength: 5 }),
  'uint32[]': fc.array(fc.integer({ min: 0, max: 0xffffffff }), { minLength: 1, maxLength: 5 }),
};

export interface AnyProperty {
  readonly type: WmiType;
  readonly value: AnyCimValue;
}

const types = Object.keys(values) as WmiType[];

/** One property of every type, some without a value. */
export const anyRow: fc.Arbitrary<AnyProperty[]> = fc.tuple(
  ...types.map((type) =>
    fc.option(values[type] as fc.Arbitrary<AnyCimValue>).map((value) => ({ type, value })),
  ),
);
