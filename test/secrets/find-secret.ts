/**
 * How a secret appears in bytes: as it is, and as the encodings on the way of this system would write it. Gives the
 * first one found, in words; null when the bytes are clean.
 */
export const findSecret = (bytes: Uint8Array, secret: string | Buffer): string | null =>
  seekerOf([secret])(bytes)[0] ?? null;

/** For each secret how it appears in the bytes; null where it does not. */
export type Seeker = (bytes: Uint8Array) => readonly (string | null)[];

/**
 * Looks for all secrets at once: they have hundreds of forms, and megabytes are searched for each. At every place the
 * next four bytes tell whether a form may begin there; hardly any place is looked at twice.
 */
export function seekerOf(secrets: readonly (string | Buffer)[]): Seeker {
  const forms = secrets.flatMap((secret, at) =>
    (typeof secret === 'string' ? formsOf(secret) : formsOfBytes(secret)).map((form, rank) => ({
      ...form,
      secret: at,
      rank,
    })),
  );
  const beginnings = new Map<number, typeof forms>();
  const mayBegin = new Uint8Array(0x10000);
  for (const form of forms) {
    const beginning = form.needle.readInt32BE(0);
    beginnings.set(beginning, [...(beginnings.get(beginning) ?? []), form]);
    mayBegin[digestOf(beginning)] = 1;
  }
  return (bytes) => {
    const haystack = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const found: ((typeof forms)[number] | null)[] = secrets.map(() => null);
    let beginning = 0;
    for (let at = 0; at < haystack.length; at += 1) {
      beginning = (beginning << 8) | haystack[at]!;
      if (at < 3 || mayBegin[digestOf(beginning)] === 0) continue;
      for (const form of beginnings.get(beginning) ?? []) {
        const best = found[form.secret];
        if (best != null && best.rank <= form.rank) continue;
        const begin = at - 3;
        if (form.needle.equals(haystack.subarray(begin, begin + form.needle.length)))
          found[form.secret] = form;
      }
    }
    return found.map((form) => form?.form ?? null);
  };
}

/** Looked up once: in the sandbox of a test every use of a global object is slow. */
const { imul } = Math;

/** 16 bits of a number, each of which depends on all of its own. */
const digestOf = (beginning: number): number => imul(beginning, 0x9e3779b1) >>> 16;

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
