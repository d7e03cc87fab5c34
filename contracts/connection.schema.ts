import { z } from 'zod';

import { credentialRef } from './connection-fields.schema';
import { block, line, text, whole } from './fields.schema';
import type { Connection, WinRmConnection } from './fleet';
import { advised } from './parsed.schema';
import { completeSsh, type JumpHosts, sshFields } from './ssh-connection.schema';

/** How one host is reached, as a person writes it: defaults and host are merged before it is complete. */

/** `HTTP/host`, with a realm when it is another one. */
export const servicePrincipal = text(
  /^[A-Za-z]{1,20}\/[A-Za-z0-9][A-Za-z0-9.-]{0,252}(@[A-Za-z0-9.-]{1,253})?$/,
  'write service and host, as setspn -L lists them: HTTP/ex01.contoso.test',
);

export const winRmAuth = z.enum(['basic', 'ntlm', 'kerberos', 'certificate', 'negotiate'], {
  error: advised(
    'is no way to log in over WinRM',
    'use negotiate, ntlm, kerberos, certificate or basic',
  ),
});

/** MaxEnvelopeSizekb: WinRM takes 32 to 8192 (Windows, "Installation and configuration for WinRM"); more than 1 MB brings nothing. */
export const maxEnvelopeKb = whole(32, 1024);

export const connectionFields = block(
  {
    kind: z
      .enum(['winrm', 'ssh'], {
        error: advised('is no way to reach a host in this version', 'use winrm or ssh'),
      })
      .optional(),
    port: whole(1, 65_535).optional(),
    scheme: z.enum(['https', 'http']).optional(),
    auth: winRmAuth.optional(),
    credentialRef: credentialRef.optional(),
    allowUnencrypted: z.boolean().optional(),
    tls: z
      .literal('legacy', {
        error: advised('is no kind of TLS', 'write legacy, or leave it out for TLS 1.2 and newer'),
      })
      .optional(),
    servicePrincipal: servicePrincipal.optional(),
    maxEnvelopeKb: maxEnvelopeKb.optional(),
    caFile: line(1000).optional(),
    certificateFingerprint: text(
      /^([0-9a-fA-F]{64}|([0-9a-fA-F]{2}:){31}[0-9a-fA-F]{2})$/,
      'write the SHA-256 fingerprint of the certificate, 64 hex digits',
    )
      .transform((value) => value.replaceAll(':', '').toLowerCase())
      .optional(),
    ...sshFields,
  },
  {
    proxy: 'remove it; hosts are reached directly',
    password:
      'remove it and name where the worker finds it: credentialRef: env:NAME, file:PATH or command:PROGRAM',
    username: 'remove it and put it where credentialRef leads to',
  },
);

export type ConnectionFields = z.output<typeof connectionFields>;

/**
 * Fields of layers that go over each other, without those that do not count for the kind of connection in which they
 * end. Of a layer for another kind only the credential counts. A layer that names no kind may stand for hosts of both:
 * what belongs to the other kind is passed over in it, and its port counts unless the layers below are of another kind.
 * The last layer is the host's own: what does not fit in it is a mistake, and stays to be told.
 */
export function fitConnections(layers: readonly ConnectionFields[]): ConnectionFields[] {
  const kind = layers.findLast((layer) => layer.kind !== undefined)?.kind;
  if (kind === undefined) return [...layers];
  const foreign: readonly string[] = fieldsOf[kind === 'ssh' ? 'winrm' : 'ssh'];
  const own: readonly string[] = ['credentialRef', ...fieldsOf[kind]];
  let inherited: ConnectionFields['kind'];
  return layers.map((layer, index) => {
    inherited = layer.kind ?? inherited;
    const isOther = inherited !== undefined && inherited !== kind;
    if (index === layers.length - 1 || layer.kind === kind) return layer;
    const counts = (field: string): boolean => {
      if (layer.kind !== undefined) return field === 'credentialRef';
      return isOther ? own.includes(field) : !foreign.includes(field);
    };
    return Object.fromEntries(Object.entries(layer).filter(([field]) => counts(field)));
  });
}

/** Field that is missing or does not fit, and the text of the problem. */
export type ConnectionProblem = readonly [field: keyof ConnectionFields, text: string];

export type ConnectionResult =
  | { readonly ok: true; readonly connection: Connection }
  | { readonly ok: false; readonly problems: readonly ConnectionProblem[] };

/** The connection with every default, or what is missing and what does not go together. */
export function completeConnection(
  host: string,
  merged: ConnectionFields,
  jumpHosts: JumpHosts = {},
): ConnectionResult {
  const problems: ConnectionProblem[] = [];
  const { kind, credentialRef: ref } = merged;
  if (ref === undefined) {
    problems.push(['credentialRef', advised('is missing', 'add env:NAME or file:PATH')]);
  }
  if (kind === undefined) {
    problems.push(['kind', advised('is missing', 'add kind: winrm or kind: ssh')]);
  } else {
    problems.push(...foreignFields(kind, merged));
  }
  const reached = { address: host, port: merged.port ?? 22, credentialRef: ref ?? '' };
  const result =
    kind === 'ssh'
      ? completeSsh(reached, merged, jumpHosts)
      : completeWinRm(host, ref ?? '', merged);
  if (kind !== undefined && !result.ok) problems.push(...result.problems);
  return problems.length > 0 || !result.ok ? { ok: false, problems } : result;
}

/** Fields that only one kind of connection has. */
export const fieldsOf = {
  winrm: [
    'scheme',
    'auth',
    'allowUnencrypted',
    'tls',
    'servicePrincipal',
    'maxEnvelopeKb',
    'caFile',
    'certificateFingerprint',
  ],
  ssh: ['hostKey', 'knownHosts', 'algorithms', 'via'],
} as const;

function foreignFields(kind: 'winrm' | 'ssh', merged: ConnectionFields): ConnectionProblem[] {
  const other = kind === 'ssh' ? 'winrm' : 'ssh';
  return fieldsOf[other]
    .filter((field) => merged[field] !== undefined)
    .map((field) => [field, advised(`belongs to ${other}`, `remove it, or use kind: ${other}`)]);
}

function completeWinRm(host: string, ref: string, merged: ConnectionFields): ConnectionResult {
  const { allowUnencrypted = false, auth = 'negotiate' } = merged;
  const scheme = merged.scheme ?? (merged.port === 5985 ? 'http' : 'https');
  const problems = scheme === 'http' ? httpProblems(merged, auth, allowUnencrypted) : [];
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    connection: {
      kind: 'winrm',
      address: host,
      port: merged.port ?? (scheme === 'http' ? 5985 : 5986),
      scheme,
      auth,
      credentialRef: ref,
      allowUnencrypted,
      ...optionalOfWinRm(merged),
    },
  };
}

/** Fields without a default, those that were written. */
function optionalOfWinRm(merged: ConnectionFields): Partial<WinRmConnection> {
  const { tls, servicePrincipal: spn, maxEnvelopeKb: kb, caFile, certificateFingerprint } = merged;
  return {
    ...(tls !== undefined && { tls }),
    ...(spn !== undefined && { servicePrincipal: spn }),
    ...(kb !== undefined && { maxEnvelopeKb: kb }),
    ...(caFile !== undefined && { caFile }),
    ...(certificateFingerprint !== undefined && { certificateFingerprint }),
  };
}

/** NTLM and Kerberos seal their messages, so they may go over plain HTTP; the others need TLS. */
function httpProblems(
  merged: ConnectionFields,
  auth: WinRmConnection['auth'],
  allowUnencrypted: boolean,
): ConnectionProblem[] {
  const field = merged.scheme === undefined ? 'port' : 'scheme';
  const problems: ConnectionProblem[] = [];
  if (auth === 'basic' && !allowUnencrypted) {
    const what =
      'is http, over which auth: basic sends password and commands readable for everybody';
    const advice =
      'use https (port 5986) or auth: ntlm, which seals its messages, or set allowUnencrypted: true if the network is trusted';
    problems.push([field, advised(what, advice)]);
  }
  if (auth === 'certificate') {
    const what = 'is http, where no client certificate can be shown';
    problems.push([field, advised(what, 'use https (port 5986), or another auth')]);
  }
  return problems;
}
