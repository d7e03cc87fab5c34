import { dirname, resolve } from 'node:path';

import type { Connection, Fleet, FleetHost, SshEndpoint } from '../../contracts/fleet';
import type { TracedFleet } from '../../contracts/fleet.schema';
import type { FieldPath } from '../../contracts/parsed.schema';
import type { Source } from './found-host';
import type { Report } from './report';

/**
 * Files of certificates and host keys are relative to the file that names them. Client and worker may run in different
 * folders: what goes on from here carries no path that depends on one.
 */
export function withAbsoluteFiles(
  traced: TracedFleet,
  sourceAt: (path: FieldPath) => Source,
  report: Report,
): Fleet {
  const { fleet, traces } = traced;
  const absolute = (host: FleetHost, field: string, written: string): string => {
    const path = traces[host.hostId]?.[field];
    const source = sourceAt(path ?? ['hosts', host.hostId]);
    if (written.startsWith('~')) {
      const message = `begins with ~: ${written}`;
      report(
        source.origin,
        source.name,
        message,
        'write the path in full: client and worker may be different users',
      );
    }
    return resolve(dirname(source.origin.file), written);
  };
  return {
    ...fleet,
    hosts: fleet.hosts.map((host) => ({
      ...host,
      connection: absoluteConnection(host.connection, (field, written) =>
        absolute(host, `connection.${field}`, written),
      ),
    })),
  };
}

type Absolute = (field: string, written: string) => string;

function absoluteConnection(connection: Connection, absolute: Absolute): Connection {
  if (connection.kind === 'winrm') {
    const { caFile } = connection;
    return caFile === undefined
      ? connection
      : { ...connection, caFile: absolute('caFile', caFile) };
  }
  const { via } = connection;
  return {
    ...connection,
    ...absoluteKeys(connection, (file) => absolute('knownHosts', file)),
    ...(via !== undefined && {
      via: via.map((hop, index) => ({
        ...hop,
        ...absoluteKeys(hop, (file) => absolute(`via[${index}].knownHosts`, file)),
      })),
    }),
  };
}

const absoluteKeys = (
  { knownHosts }: SshEndpoint,
  absolute: (file: string) => string,
): Pick<SshEndpoint, 'knownHosts'> =>
  knownHosts === undefined ? {} : { knownHosts: knownHosts.map((file) => absolute(file)) };
