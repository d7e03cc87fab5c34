import {
  XmlRefused,
  child,
  childText,
  escapeXml,
  isXmlText,
  parseXml,
} from '../../../../remote/winrm/wire/xml';

const parse = (text: string) => parseXml(Buffer.from(text));

function refusalOf(bytes: Buffer, limits?: Parameters<typeof parseXml>[1]): XmlRefused {
  try {
    parseXml(bytes, limits);
  } catch (error) {
    expect(error).toBeInstanceOf(XmlRefused);
    return error as XmlRefused;
  }
  throw new Error('it was accepted');
}

test('reads elements by namespace, whatever the prefix', () => {
  const root = parse(
    '<q:a xmlns:q="urn:x" q:one="1"><b xmlns="urn:y"> zwei &amp; &#228; </b></q:a>',
  );
  expect(root.attributes.get('one')).toBe('1');
  expect(childText(root, 'urn:y', 'b')).toBe('zwei & ä');
  expect(child(root, 'urn:x', 'b')).toBeUndefined();
});

test('joins text around child elements and from CDATA', () => {
  expect(parse('<a>one<b/>two<![CDATA[<three>]]></a>').text).toBe('onetwo<three>');
});

test('keeps a long text whole that the parser hands out in pieces', () => {
  const text = 'abcdefgh'.repeat(50_000);
  expect(parse(`<a>${text}</a>`).text).toBe(text);
});

test.each([
  { name: 'a DTD', xml: '<!DOCTYPE a><a/>' },
  {
    name: 'a bomb of entities',
    xml: '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>',
  },
  {
    name: 'an external entity',
    xml: '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
  },
  { name: 'an entity that HTML knows', xml: '<a>&nbsp;</a>' },
  { name: 'an entity in an attribute', xml: '<a b="&lol;"/>' },
  { name: 'elements nested without end', xml: '<a>'.repeat(100_000) },
  { name: 'elements without number', xml: `<a>${'<b/>'.repeat(50_000)}</a>` },
])('refuses $name as hostile', ({ xml }) => {
  expect(refusalOf(Buffer.from(xml)).kind).toBe('hostile');
});

test('refuses 10 MB without looking at them', () => {
  const refusal = refusalOf(Buffer.alloc(10 * 1024 * 1024, 'a'));
  expect(refusal.kind).toBe('hostile');
  expect(refusal.message).toContain('longer than');
});

test.each([
  { name: 'a document that was cut', bytes: Buffer.from('<a><b>te') },
  { name: 'nothing', bytes: Buffer.alloc(0) },
  { name: 'plain text', bytes: Buffer.from('Service Unavailable') },
  { name: 'an HTML page with void elements', bytes: Buffer.from('<html><br></html>') },
  { name: 'a prefix without namespace', bytes: Buffer.from('<s:a/>') },
  { name: 'bytes that are no UTF-8', bytes: Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0xfe]) },
])('refuses $name as malformed', ({ bytes }) => {
  expect(refusalOf(bytes).kind).toBe('malformed');
});

test('escapes so that any text comes back, line ends included', () => {
  const text = '<a href="x">&amp;\r\n\t\'ü\u{1F600}]]></a>';
  expect(parse(`<a b="${escapeXml(text)}">${escapeXml(text)}</a>`)).toMatchObject({
    text,
    attributes: new Map([['b', text]]),
  });
});

test.each([
  { text: 'a\tb\r\n', fits: true },
  { text: '\u{1F600}', fits: true },
  { text: 'a\0b', fits: false },
  { text: '\u001b[0m', fits: false },
  { text: '\ud800', fits: false },
])('tells whether XML can carry $text at all', ({ text, fits }) => {
  expect(isXmlText(text)).toBe(fits);
});
