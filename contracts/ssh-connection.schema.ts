import { z } from 'zod';

import { address, credentialRef } from './connection-fields.schema';
import { block, line, text, whole } from './fields.schema';
import type { Connection, SshEndpoint } from './fleet';
import { advised } from './parsed.schema';

/** How a host is reached over SSH, as a person writes it, and the jump hosts on the way. */

export const maxJumpHosts = 5;
export const maxKnownHostsFiles = 20;

const fingerprint = text(
  /^SHA256:[A-Za-z0-9+/]{43}=?$/,
  'write the fingerprint as ssh-keygen -l prints it: SHA256: and 43 characters',
);

/** One, or all that the host may show. */
export const hostKeys = z.union([fingerprint, z.array(fingerprint).min(1).max(20)], {
  error: advised('is no fingerprint', 'write SHA256:…, or a list of them'),
});

const knownHostsFiles = z
  .union([line(1000), z.array(line(1000)).min(1).max(maxKnownHostsFiles)], {
    error: advised('names no file', 'write the path of a known_hosts file, or a list of them'),
  })
  .transform((files) => [files].flat());

export const jumpHostName = text(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
  'name a jump host with letters, digits, dots and hyphens',
);

/** Fields of a connection that only SSH has. */
export const sshFields = {
  hostKey: hostKeys.optional(),
  knownHosts: knownHostsFiles.optional(),
  algorithms: z
    .literal('legacy', {
      error: advised('is no set of algorithms', 'write legacy, or leave it out for strong ones'),
    })
    .optional(),
  via: z
    .union([jumpHostName, z.array(jumpHostName).min(1).max(maxJumpHosts)], {
      error: advised('names no jump host', 'write a name of jumpHosts, or a list, nearest first'),
    })
    .transform((names) => [names].flat())
    .optional(),
};

/** One entry of the fleet's `jumpHosts`. */
export const jumpHost = block({
  address,
  /** @default 22 */
  port: whole(1, 65_535).optional(),
  credentialRef,
  hostKey: sshFields.hostKey,
  knownHosts: sshFields.knownHosts,
  algorithms: sshFields.algorithms,
});

export type JumpHosts = { readonly [name: string]: z.output<typeof jumpHost> };

type SshFields = { readonly [F in keyof typeof sshFields]?: z.output<(typeof sshFields)[F]> };
type Problem = readonly [field: keyof SshFields, text: string];
type Result =
  | { readonly ok: true; readonly connection: Connection }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What stands in the fleet in place of a host key that nobody knows yet. */
export const unprovedAdvice =
  'add hostKey: SHA256:… or knownHosts: FILE; `rollout doctor --record-host-keys FILE` collects them for you to compare';

/** The connection with every default, or what is missing. */
export function completeSsh(
  reached: Pick<SshEndpoint, 'address' | 'port' | 'credentialRef'>,
  fields: SshFields,
  jumpHosts: JumpHosts,
): Result {
  const problems: Problem[] = [];
  if (fields.hostKey === undefined && fields.knownHosts === undefined)
    problems.push(['hostKey', advised('is missing', unprovedAdvice)]);
  const via = (fields.via ?? []).flatMap((name) => {
    const found = Object.hasOwn(jumpHosts, name) ? jumpHosts[name] : undefined;
    if (found === undefined) problems.push(['via', unknownJumpHost(name, jumpHosts)]);
    return found === undefined ? [] : [endpointOf({ ...found, port: found.port ?? 22 })];
  });
  if (problems.length > 0) return { ok: false, problems };
  const connection = { kind: 'ssh', ...endpointOf({ ...fields, ...reached }) } as const;
  return { ok: true, connection: via.length === 0 ? connection : { ...connection, via } };
}

function unknownJumpHost(name: string, jumpHosts: JumpHosts): string {
  const names = Object.keys(jumpHosts);
  const there = names.length === 0 ? 'has none yet' : `has ${names.join(', ')}`;
  return advised(
    `is ${name}, which jumpHosts does not know`,
    `define it under jumpHosts of the fleet, which ${there}`,
  );
}

/** Without what is not there: every field of an endpoint is spelt out or missing. */
export function endpointOf(
  fields: Pick<SshEndpoint, 'address' | 'port' | 'credentialRef'> & SshFields,
): SshEndpoint {
  const { address: host, port, credentialRef: ref, hostKey, knownHosts, algorithms } = fields;
  return {
    address: host,
    port,
    credentialRef: ref,
    ...(hostKey !== undefined && { hostKey }),
    ...(knownHosts !== undefined && { knownHosts }),
    ...(algorithms !== undefined && { algorithms }),
  };
}
