import { z } from 'zod';

import { address, credentialRef } from './connection-fields.schema';
import { block, line, nearestOf, text, whole } from './fields.schema';
import {
  noticeChannels,
  type NoticeChannel,
  noticeEvents,
  noticePlaceholders,
} from './notification';
import { advised, shown } from './parsed.schema';

/** `notify:` of a plan as people write it, and a channel as it crosses a process boundary. */

type Problem = readonly [message: string, advice: string];

/** Names and addresses under which a machine reaches itself; `URL` has written the others in their usual form. */
const isLoopback = (host: string): boolean =>
  /^(localhost|([a-z0-9-]+\.)+localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/i.test(host);

/**
 * What is wrong with an address to which notices are posted; null when nothing is. Plain http is for loopback, and for a
 * webhook that is signed: its text is readable on the way then, but nobody can put another in its place.
 */
export function webAddressProblem(written: string, isSigned: boolean): Problem | null {
  const url = URL.canParse(written) ? new URL(written) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return ['is no address of a web server', 'write an address that begins with https://'];
  }
  if (url.username !== '' || url.password !== '') {
    return ['has a user name or password in it', 'sign the notices instead (secretRef:)'];
  }
  if (url.hash !== '') return ['has a fragment (#…)', 'remove it'];
  if (url.protocol === 'http:' && !isSigned && !isLoopback(url.hostname)) {
    const what = 'is plain http without a signature: anybody on the way could alter the notices';
    return [what, 'use https, or add secretRef: with a secret that the receiver knows, too'];
  }
  return null;
}

/** What in braces is no placeholder: its text would be sent as it is, and nobody would be told what was meant. */
function templateProblem(template: string): Problem | null {
  const known: readonly string[] = noticePlaceholders;
  const [, wrong] =
    [...template.matchAll(/\{([^{}]*)\}/g)].find(([, name = '']) => !known.includes(name)) ?? [];
  if (wrong === undefined) return null;
  const nearest = nearestOf(wrong.trim(), known);
  const all = known.map((name) => `{${name}}`).join(', ');
  const advice = nearest === null ? `use some of: ${all}` : `did you mean {${nearest}}?`;
  return [`has {${shown(wrong).slice(1, -1)}}, which stands for nothing`, advice];
}

const template = text(
  // oxlint-disable-next-line no-control-regex -- they are what is refused
  /^[^\u0000-\u0008\u000b-\u001f\u007f]{1,2000}$/,
  'write a text of 1 to 2000 characters without control characters',
).superRefine((value, context) => {
  const problem = templateProblem(value);
  if (problem !== null) {
    context.addIssue({ code: 'custom', message: advised(...problem), input: value });
  }
});

const channelName = text(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
  'write a name of letters, digits, dots and hyphens',
);

/** As the HTML standard defines an e-mail address (input type=email): no comments, no quotes, no display name. */
const mailAddress = text(
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?){0,20}$/,
  'write an e-mail address without a display name: change@contoso.test',
);

const recipients = z.array(mailAddress).min(1).max(50);
const caFile = line(1000);
const security = z.enum(['tls', 'starttls', 'none']);
const events = z.array(z.enum(noticeEvents)).min(1).max(100);

/** RFC 8314: 465 for TLS from the first byte, 587 for mail that is handed in; 25 is what relays inside listen on. */
const usualPorts = { tls: 465, starttls: 587, none: 25 } as const;

const smtp = block(
  {
    server: address,
    port: whole(1, 65_535).optional(),
    security: security.optional(),
    credentialRef: credentialRef.optional(),
    caFile: caFile.optional(),
  },
  {
    host: 'write server: and its name',
    secure: 'write security: tls, starttls or none',
    username: 'remove it and put it where credentialRef leads to',
    password: 'remove it and name where the worker finds it: credentialRef: env:NAME',
  },
);

const writtenChannel = block(
  {
    name: channelName.optional(),
    webhook: line(2000).optional(),
    slack: credentialRef.optional(),
    smtp: smtp.optional(),
    secretRef: credentialRef.optional(),
    caFile: caFile.optional(),
    from: mailAddress.optional(),
    to: recipients.optional(),
    events: events.optional(),
    template: template.optional(),
  },
  {
    url: 'write webhook: and the address, or slack: and a reference to it',
    email: 'write smtp: { server: … }, from: and to:',
    secret: 'remove it and name where the worker finds it: secretRef: env:NAME',
  },
).meta({
  oneOf: [{ required: ['webhook'] }, { required: ['slack'] }, { required: ['smtp', 'from', 'to'] }],
});

type Written = z.output<typeof writtenChannel>;

/** Fields that only one kind of channel has. */
const fieldsOf = {
  webhook: ['secretRef', 'caFile'],
  slack: [],
  smtp: ['from', 'to'],
} as const satisfies { readonly [kind in NoticeChannel['kind']]: readonly (keyof Written)[] };

const kinds = Object.keys(fieldsOf) as NoticeChannel['kind'][];

type Refuse = (problem: Problem, ...path: string[]) => never;

const channel = writtenChannel.transform((written, context): NoticeChannel => {
  const refuse: Refuse = ([message, advice], ...path) => {
    context.addIssue({ code: 'custom', message: advised(message, advice), path, input: written });
    return z.NEVER;
  };
  const [kind, another] = kinds.filter((one) => written[one] !== undefined);
  if (kind === undefined || another !== undefined) {
    const what = kind === undefined ? 'leads nowhere' : `is both ${kind} and ${another ?? ''}`;
    return refuse([what, 'write one of webhook:, slack: or smtp:']);
  }
  for (const other of kinds.filter((one) => one !== kind)) {
    for (const field of fieldsOf[other].filter((one) => written[one] !== undefined)) {
      refuse([`belongs to ${other}`, `remove it, or use ${other}:`], field);
    }
  }
  const common = {
    // Without one it is called after its kind, once the others are known.
    name: written.name ?? '',
    // In one order, so that the same list gives the same preview.
    events: noticeEvents.filter((event) => written.events?.includes(event) ?? true),
    template: written.template ?? null,
  };
  if (kind === 'webhook') return { ...common, ...webhookOf(written, refuse) };
  if (kind === 'slack') return { ...common, kind, urlRef: written.slack ?? '' };
  return { ...common, ...mailOf(written, refuse) };
});

type Of<K extends NoticeChannel['kind']> = Omit<
  Extract<NoticeChannel, { kind: K }>,
  'name' | 'events' | 'template'
>;

function webhookOf(written: Written, refuse: Refuse): Of<'webhook'> {
  const { webhook: url = '', secretRef = null, caFile: issuers = null } = written;
  const problem =
    webAddressProblem(url, secretRef !== null) ?? (issuers === null ? null : unusedIssuer(url));
  if (problem !== null) return refuse(problem, problem === issuerProblem ? 'caFile' : 'webhook');
  return { kind: 'webhook', url: new URL(url).href, secretRef, caFile: issuers };
}

const issuerProblem: Problem = ['is for https', 'remove it, or use https'];
const unusedIssuer = (url: string): Problem | null =>
  url.toLowerCase().startsWith('https:') ? null : issuerProblem;

function mailOf(written: Written, refuse: Refuse): Of<'smtp'> {
  const { smtp: given = { server: '' }, from, to } = written;
  if (from === undefined) return refuse(['is missing', 'add the sender: from: …'], 'from');
  if (to === undefined) return refuse(['is missing', 'add the recipients: to: [ … ]'], 'to');
  const how = given.security ?? (given.port === usualPorts.tls ? 'tls' : 'starttls');
  const mail: Of<'smtp'> = {
    kind: 'smtp',
    server: given.server,
    port: given.port ?? usualPorts[how],
    security: how,
    credentialRef: given.credentialRef ?? null,
    caFile: given.caFile ?? null,
    from,
    to: [...new Set(to)],
  };
  const [problem, field] = mailProblem(mail) ?? [];
  return problem === undefined ? mail : refuse(problem, 'smtp', field ?? '');
}

/** What does not go together with mail that is not encrypted. */
function mailProblem(mail: Of<'smtp'>): readonly [Problem, string] | null {
  if (mail.security !== 'none') return null;
  if (mail.credentialRef !== null && !isLoopback(mail.server)) {
    const what = 'would send the password readable for everybody';
    return [[what, 'use security: tls or starttls'], 'credentialRef'];
  }
  return mail.caFile === null
    ? null
    : [['is for TLS', 'remove it, or use security: tls or starttls'], 'caFile'];
}

/** `notify:` of a plan. A channel without a name is called after its kind: `webhook-1`, `webhook-2`. */
export const notifyList = z
  .array(channel)
  .max(noticeChannels)
  .transform((channels, context): NoticeChannel[] => {
    const named = channels.map((one, index) => {
      const number = channels.slice(0, index + 1).filter(({ kind }) => kind === one.kind).length;
      return one.name === '' ? { ...one, name: `${one.kind}-${number}` } : one;
    });
    const twice = named.findIndex(
      ({ name }, index) => named.findIndex((other) => other.name === name) !== index,
    );
    if (twice === -1) return named;
    const message = advised(`has the name of another, ${named[twice]?.name ?? ''}`, 'rename one');
    context.addIssue({ code: 'custom', message, path: [twice], input: channels });
    return z.NEVER;
  });

const resolvedFields = { name: channelName, events, template: template.nullable() };

/** A channel in previews and payloads. */
export const noticeChannelField = z.discriminatedUnion('kind', [
  block({
    ...resolvedFields,
    kind: z.literal('webhook'),
    url: line(4000),
    secretRef: credentialRef.nullable(),
    caFile: line(4000).nullable(),
  }).superRefine(({ url, secretRef }, context) => {
    const problem = webAddressProblem(url, secretRef !== null);
    if (problem !== null) {
      context.addIssue({ code: 'custom', message: advised(...problem), path: ['url'], input: '' });
    }
  }),
  block({ ...resolvedFields, kind: z.literal('slack'), urlRef: credentialRef }),
  block({
    ...resolvedFields,
    kind: z.literal('smtp'),
    server: address,
    port: whole(1, 65_535),
    security,
    credentialRef: credentialRef.nullable(),
    caFile: line(4000).nullable(),
    from: mailAddress,
    to: recipients,
  }).superRefine((mail, context) => {
    const [problem, field = ''] = mailProblem(mail) ?? [];
    if (problem === undefined) return;
    context.addIssue({ code: 'custom', message: advised(...problem), path: [field], input: '' });
  }),
]);
