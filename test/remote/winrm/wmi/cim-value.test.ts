import fc from 'fast-check';
import { escapeXml, parseXml } from '../../../../remote/winrm/wire/xml';
import { decodeCim } from '../../../../remote/winrm/wmi/cim-value';
import type { WmiType } from '../../../../remote/wmi';
import { anyRow, encodeProperty } from './cim-encoder';

const valueOf = (type: WmiType, xml: string): unknown =>
  decodeCim(
    type,
    parseXml(
      Buffer.from(
        `<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common">${xml}</r>`,
      ),
    ).children,
  );

test.each<{ type: WmiType; xml: string; value: unknown }>([
  { type: 'string', xml: '<P/>', value: '' },
  { type: 'string', xml: '<P xsi:nil="true"/>', value: null },
  { type: 'string', xml: '', value: null },
  // The Caption of 2008 R2 ends with a blank.
  { type: 'string', xml: '<P>Server 2008 R2 </P>', value: 'Server 2008 R2 ' },
  { type: 'boolean', xml: '<P>true</P>', value: true },
  { type: 'boolean', xml: '<P>FALSE</P>', value: false },
  { type: 'uint8', xml: '<P>255</P>', value: 255 },
  { type: 'uint16', xml: '<P>65535</P>', value: 65_535 },
  { type: 'uint32', xml: '<P>4294967295</P>', value: 4_294_967_295 },
  { type: 'sint32', xml: '<P>-2147483648</P>', value: -2_147_483_648 },
  { type: 'uint64', xml: '<P>18446744073709551615</P>', value: 18_446_744_073_709_551_615n },
  { type: 'sint64', xml: '<P>-9223372036854775808</P>', value: -9_223_372_036_854_775_808n },
  {
    type: 'datetime',
    xml: '<P><cim:Datetime>2013-04-15T16:28:39.5Z</cim:Datetime></P>',
    value: '2013-04-15T16:28:39.500Z',
  },
  {
    type: 'datetime',
    xml: '<P><cim:Datetime>2013-04-15T16:28:39Z</cim:Datetime></P>',
    value: '2013-04-15T16:28:39.000Z',
  },
  // In a projection nothing has a namespace.
  {
    type: 'datetime',
    xml: '<P><Datetime>2013-04-15T16:28:39.123456Z</Datetime></P>',
    value: '2013-04-15T16:28:39.123Z',
  },
  { type: 'datetime', xml: '<P>20130415182839.500000+120</P>', value: '2013-04-15T16:28:39.500Z' },
  { type: 'datetime', xml: '<P>20130415112839.500000-300</P>', value: '2013-04-15T16:28:39.500Z' },
  { type: 'datetime', xml: '<P>2013-04-15T18:28:39+02:00</P>', value: '2013-04-15T16:28:39.000Z' },
  { type: 'string[]', xml: '<P>a</P><P/><P>b </P>', value: ['a', '', 'b '] },
  { type: 'string[]', xml: '<P>one</P>', value: ['one'] },
  { type: 'string[]', xml: '<P xsi:nil="true"/>', value: null },
  { type: 'uint8[]', xml: '<P>0</P><P>255</P>', value: [0, 255] },
  { type: 'uint32[]', xml: '<P>4294967295</P>', value: [4_294_967_295] },
])('$xml is $value as $type', ({ type, xml, value }) => {
  expect(valueOf(type, xml)).toEqual(value);
});

test.each<{ type: WmiType; xml: string }>([
  { type: 'boolean', xml: '<P>yes</P>' },
  { type: 'boolean', xml: '<P/>' },
  { type: 'uint8', xml: '<P>256</P>' },
  { type: 'uint16', xml: '<P>-1</P>' },
  { type: 'uint32', xml: '<P>4294967296</P>' },
  { type: 'uint32', xml: '<P>1.5</P>' },
  { type: 'uint32', xml: '<P>0x10</P>' },
  { type: 'uint32', xml: '<P/>' },
  { type: 'sint32', xml: '<P>2147483648</P>' },
  { type: 'uint64', xml: '<P>18446744073709551616</P>' },
  { type: 'uint64', xml: '<P>many</P>' },
  { type: 'datetime', xml: '<P>yesterday</P>' },
  { type: 'datetime', xml: '<P>2013-04-15T16:28:39</P>' },
  { type: 'datetime', xml: '<P><cim:Datetime>2013-99-15T16:28:39Z</cim:Datetime></P>' },
  { type: 'datetime', xml: '<P><cim:Interval>P1D</cim:Interval></P>' },
  // Unknown parts of a time are asterisks (DSP0004).
  { type: 'datetime', xml: '<P>2013041518****.******+120</P>' },
  { type: 'string', xml: '<P><cim:Datetime>2013-04-15T16:28:39Z</cim:Datetime></P>' },
  { type: 'string', xml: '<P>a</P><P>b</P>' },
  { type: 'string[]', xml: '<P>a</P><P xsi:nil="true"/>' },
  { type: 'uint8[]', xml: '<P>1</P><P>x</P>' },
])('$xml is no $type', ({ type, xml }) => {
  expect(valueOf(type, xml)).toBeUndefined();
});

test('a value of any type is read as it was written', () => {
  fc.assert(
    fc.property(anyRow, (properties) => {
      for (const { type, value } of properties) {
        expect(valueOf(type, encodeProperty('P', type, value, ''))).toEqual(value);
      }
    }),
  );
});

test('text of any kind comes through', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(valueOf('string', `<P>${escapeXml(text)}</P>`)).toBe(text);
    }),
  );
});
