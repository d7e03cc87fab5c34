/**
 * How a secret appears in bytes: as it is, and as the encodings on the way of this system would write it. Gives the
 * first one found, in words; null when the bytes are clean.
 */
export function findSecret(bytes: Uint8Array, secret: string | Buffer): string | null {
  const haystack = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const forms = typeof secret === 'string' ? formsOf(secret) : formsOfBytes(secret);
  const found = forms.find(({ needle }) => haystack.includes(needle));
  return found?.form ?? null;
}

interface Form {
  readonly form: string;
  readonly needle: Buffer;
}

const cache = new Map<string, readonly Form[]>();

function formsOf(secret: string): readonly Form[] {
  const known = cache.get(secret);
  if (known !== undefined) return known;
  if (secret.length < 8) throw new Error('so short a secret would be found by chance');
  const utf8 = Buffer.from(secret, 'utf8');
  const utf16 = Buffer.from(secret, 'utf16le');
  const forms = [
    ...writtenForms(secret).flatMap(({ form, text }) => [
      { form, needle: Buffer.from(text, 'utf8') },
      { form: `${form}, UTF-16LE`, needle: Buffer.from(text, 'utf16le') },
    ]),
    ...encodedForms('UTF-8', utf8),
    ...encodedForms('UTF-16LE', utf16),
  ];
  cache.set(secret, forms);
  return forms;
}

/** A key: as it is, and as people write bytes. */
function formsOfBytes(secret: Buffer): readonly Form[] {
  const name = secret.toString('base64');
  const known = cache.get(`bytes ${name}`);
  if (known !== undefined) return known;
  if (secret.length < 8) throw new Error('so short a secret would be found by chance');
  const forms = [{ form: 'as it is', needle: secret }, ...encodedForms('the bytes', secret)];
  cache.set(`bytes ${name}`, forms);
  return forms;
}

/** Ways to write a text within another: a log in JSON, a command in an envelope, a link, a page. */
function writtenForms(secret: string): { form: string; text: string }[] {
  const url = encodeURIComponent(secret);
  // encodeURIComponent leaves !'()* as they are; others write them as %XX.
  const strictUrl = url.replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const lowerHex = (text: string) => text.replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
  const xml = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quoted = xml.replaceAll('"', '&quot;');
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    { form: 'as it is', text: secret },
    ...[url, strictUrl, lowerHex(url), lowerHex(strictUrl)].flatMap((text) => [
      { form: 'URL-encoded', text },
      { form: 'URL-encoded', text: text.replaceAll('%20', '+') },
    ]),
    { form: 'JSON', text: json },
    { form: 'JSON within JSON', text: JSON.stringify(json).slice(1, -1) },
    ...[xml, quoted, quoted.replaceAll("'", '&#39;'), quoted.replaceAll("'", '&apos;')].map(
      (text) => ({ form: 'XML', text }),
    ),
    { form: 'CSV', text: secret.replaceAll('"', '""') },
  ];
}

function encodedForms(of: string, content: Buffer): Form[] {
  const hex = content.toString('hex');
  const base64 = [0, 1, 2].map((before) => base64Within(content, before));
  const texts = [
    ...base64.map((text) => ({ form: `base64 of ${of}`, text })),
    ...base64.map((text) => ({
      form: `base64url of ${of}`,
      text: text.replaceAll('+', '-').replaceAll('/', '_'),
    })),
    { form: `hex of ${of}`, text: hex },
    { form: `hex of ${of}`, text: hex.toUpperCase() },
  ];
  return texts.flatMap(({ form, text }) => [
    { form, needle: Buffer.from(text, 'latin1') },
    { form: `${form}, UTF-16LE`, needle: Buffer.from(text, 'utf16le') },
  ]);
}

/**
 * The characters of base64 that depend on this content alone when so many bytes (modulo 3) come before it: "user:" in
 * front of a password shifts every character.
 */
function base64Within(content: Buffer, before: number): string {
  const whole = Buffer.concat([Buffer.alloc(before), content]);
  const firstOwn = Math.ceil((before * 8) / 6);
  return whole.toString('base64').slice(firstOwn, Math.floor((whole.length * 8) / 6));
}
