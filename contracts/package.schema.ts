import { z } from 'zod';

import { block, line, sha256, whole } from './fields.schema';
import { advised, shown } from './parsed.schema';
import type { PlanPackage } from './plan';

/** Packages as people write them and as they cross a process boundary. */

/** It becomes part of paths and command lines on worker and host. */
const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

/** Parameters of signed addresses: whoever has such an address has the right that it carries. */
const secretParameter =
  /^(sig|signature|x-amz-signature|x-goog-signature|token|access_token|key|api_key|password|pwd)$/i;

/** What is wrong with a url that is read without a login, and what to do; null when nothing is. */
export function urlProblem(text: string): readonly [message: string, advice: string] | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return [`is ${shown(text)}`, 'write an address that begins with http:// or https://'];
  }
  if (url.username !== '' || url.password !== '') {
    return ['has a user name or password in it', 'use an address that needs no login'];
  }
  if ([...url.searchParams.keys()].some((name) => secretParameter.test(name))) {
    return ['is a signed address', 'it would be seen in reports: use one that needs no secret'];
  }
  if (url.hash !== '') return ['has a fragment (#…)', 'remove it'];
  // It becomes an argument in a batch file, between quotes.
  if (!/^[\u0021\u0023-\u007e]{1,2000}$/.test(url.href)) {
    return ['cannot be part of a command line', 'use a shorter address without quotes'];
  }
  return null;
}

const packageUrl = line(2000)
  .superRefine((value, context) => {
    const problem = urlProblem(value);
    if (problem !== null) {
      context.addIssue({ code: 'custom', message: advised(...problem), input: value });
    }
  })
  .transform((value) => (URL.canParse(value) ? new URL(value).href : value));

/** `package:` of a plan: `{ file, sha256 }` or `{ url, sha256, fileName? }`. */
export const planPackage = block(
  {
    file: line(1000).optional(),
    url: packageUrl.optional(),
    fileName: line(200).optional(),
    sha256,
  },
  { path: 'give the file (file:) and its sha256; it is uploaded to the hosts' },
).transform((value, context): PlanPackage => {
  const { file, url, sha256: digest } = value;
  const refuse = (field: string | null, message: string, advice: string): never => {
    const path = field === null ? [] : [field];
    context.addIssue({ code: 'custom', message: advised(message, advice), path, input: value });
    return z.NEVER;
  };
  if ((file === undefined) === (url === undefined)) {
    const what = file === undefined ? 'names no package' : 'names two packages';
    return refuse(null, what, 'write one of file: (uploaded) or url: (each host pulls it)');
  }
  if (file !== undefined) {
    if (value.fileName === undefined) return { file, sha256: digest };
    return refuse('fileName', 'belongs to a url', 'remove it: a file has its own name');
  }
  const fileName = value.fileName ?? lastPart(url ?? '');
  if (plainName.test(fileName) && /\.(msu|cab)$/i.test(fileName)) {
    return { url: url ?? '', fileName, sha256: digest };
  }
  const where = value.fileName === undefined ? 'url' : 'fileName';
  return refuse(where, ...notPullable(fileName, where));
});

/** What is wrong with the name of what hosts are to pull, and what to do. */
function notPullable(
  fileName: string,
  where: 'url' | 'fileName',
): [message: string, advice: string] {
  if (/\.exe$/i.test(fileName)) {
    return [
      'is a self-extracting archive, and hosts get only what is inside',
      'offer the .msu that is inside, or get it and write file: in place of url:',
    ];
  }
  const what =
    where === 'url' ? 'does not end with the name of a package' : `is ${shown(fileName)}`;
  return [what, 'add fileName: and give it the name of a .msu or .cab file'];
}

const lastPart = (url: string): string => new URL(url).pathname.split('/').at(-1) ?? '';

/** A package in previews and payloads. */
export const packageRef = block({
  fileName: z.string().regex(plainName),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: whole(0, Number.MAX_SAFE_INTEGER).nullable(),
  url: packageUrl.exactOptional(),
  contents: block({
    kb: line(60).nullable(),
    architecture: z.enum(['x86', 'x64', 'ia64']).nullable(),
    cabinets: z
      .array(block({ name: z.string().regex(plainName), identity: line(300) }))
      .min(1)
      .max(50),
    requires: z.array(line(300)).max(20).exactOptional(),
    from: block({
      fileName: line(200),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }).exactOptional(),
  }).exactOptional(),
}).refine(({ bytes, url }) => (bytes === null) === (url !== undefined), {
  error: advised('has no size and no url, or both', 'preview the plan again'),
});
