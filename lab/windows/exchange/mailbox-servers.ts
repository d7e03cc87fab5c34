import type { LabMailboxServer } from '../../types';
import type { Parts } from '../host-storage';

export const activationPolicies = ['Blocked', 'IntrasiteOnly', 'Unrestricted'] as const;
export type ActivationPolicy = (typeof activationPolicies)[number];

export interface DatabaseCopy {
  readonly database: string;
  /** Null: it may be activated. */
  readonly suspended: { readonly comment: string } | null;
}

export interface MailboxServer {
  readonly name: string;
  readonly dag: string;
  readonly policy: ActivationPolicy;
  readonly copies: readonly DatabaseCopy[];
  readonly isNodePaused: boolean;
}

/** The mailbox servers of an Exchange 2010 organisation, as its management tools see and change them from one host. */
export interface MailboxServers {
  /** By its name in any case, or its full name. */
  find(name: string): MailboxServer | null;
  setPolicy(server: MailboxServer, policy: ActivationPolicy): void;
  suspendActivation(server: MailboxServer, database: string, comment: string): void;
  startMaintenance(server: MailboxServer): void;
  stopMaintenance(server: MailboxServer): void;
}

/** Of a name or a full name, as the scripts take both. */
const keyOf = (name: string): string => name.replace(/\..*$/, '').toLowerCase();

const startComment = (now: number): string =>
  `Suspended ActivationOnly by StartDagServerMaintenance.ps1 at ${new Date(now).toISOString().slice(0, 19)}`;

/**
 * What the scripts do is told in Microsoft's "Managing Database Availability Groups" (dd298065, Exchange 2010 SP1): start
 * suspends each copy for activation, pauses the node and sets the policy to Blocked; stop resumes copies and node and
 * sets the policy to Unrestricted, whatever it was ("Preserving Activation Blocks After Performing DAG Member
 * Maintenance", Exchange Team Blog). Databases that are active elsewhere are not emulated.
 */
export function createMailboxServers({
  windows: { managementShell: options },
  clock: { now },
  record,
}: Pick<Parts, 'windows' | 'clock' | 'record'>): MailboxServers {
  const servers = new Map<string, MailboxServer>();
  const change = (server: MailboxServer, to: Partial<MailboxServer>): void => {
    servers.set(keyOf(server.name), { ...server, ...to });
  };
  const outOfService = (server: MailboxServer): Partial<MailboxServer> => ({
    policy: 'Blocked',
    isNodePaused: true,
    copies: server.copies.map(({ database }) => ({
      database,
      suspended: { comment: startComment(now()) },
    })),
  });
  for (const [name, given] of Object.entries(options)) {
    const server = serverOf(name, given);
    servers.set(keyOf(name), server);
    if (given.inMaintenance === true) change(server, outOfService(server));
  }
  return {
    find: (name) => servers.get(keyOf(name)) ?? null,
    setPolicy(server, policy) {
      change(server, { policy });
      record('activation-policy-set', { server: server.name, policy });
    },
    suspendActivation(server, database, comment) {
      const copies = server.copies.map((copy) =>
        copy.database === database ? { database, suspended: { comment } } : copy,
      );
      change(server, { copies });
      record('activation-suspended', { server: server.name, database });
    },
    startMaintenance(server) {
      change(server, outOfService(server));
      record('dag-maintenance-started', { server: server.name });
    },
    stopMaintenance(server) {
      const copies = server.copies.map(({ database }) => ({ database, suspended: null }));
      change(server, { policy: 'Unrestricted', isNodePaused: false, copies });
      record('dag-maintenance-stopped', { server: server.name });
    },
  };
}

/** Each of its servers has a copy of both databases of a group. */
function serverOf(
  name: string,
  { dag, activationPolicy = 'Unrestricted', suspendedCopies = [] }: LabMailboxServer,
): MailboxServer {
  return {
    name: name.toUpperCase(),
    dag,
    policy: activationPolicy,
    isNodePaused: false,
    copies: [`${dag}-DB1`, `${dag}-DB2`].map((database) => ({
      database,
      suspended: suspendedCopies.includes(database) ? { comment: '' } : null,
    })),
  };
}
