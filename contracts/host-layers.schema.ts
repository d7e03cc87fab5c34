import {
  completeConnection,
  type ConnectionFields,
  type ConnectionProblem,
  fitConnections,
} from './connection.schema';
import type { Connection } from './fleet';
import type { FieldPath } from './parsed.schema';
import type { JumpHosts } from './ssh-connection.schema';

/**
 * A host is written in layers: defaults of the fleet, defaults of an include, what its inventory says, what the fleet
 * says of it by name. Each one goes over those before it, field by field.
 */
export interface HostLayer {
  /** Where the layer is in the fleet; its fields are below that. */
  readonly path: FieldPath;
  readonly address?: string | undefined;
  readonly labels?: { readonly [name: string]: string } | undefined;
  readonly connection?: ConnectionFields | undefined;
}

/**
 * Where each value of a host was written: `address`, `labels.role`, `connection.port`, `connection.via[0].port`. Null is
 * a default that nobody wrote.
 */
export interface HostTrace {
  readonly [field: string]: FieldPath | null;
}

export interface LayeredHost {
  /** Null when there are problems. */
  readonly connection: Connection | null;
  readonly labels: { readonly [name: string]: string };
  readonly problems: readonly ConnectionProblem[];
  readonly trace: HostTrace;
}

export function layHost(layers: readonly HostLayer[], jumpHosts: JumpHosts): LayeredHost {
  const fitting = fitConnections(layers.map((layer) => layer.connection ?? {}));
  const merged: ConnectionFields = Object.assign({}, ...fitting);
  const labels = Object.fromEntries(layers.flatMap((layer) => Object.entries(layer.labels ?? {})));
  const address = layers.findLast((layer) => layer.address !== undefined);
  const result = completeConnection(address?.address ?? '', merged, jumpHosts);
  const { site } = labels;
  const connection = !result.ok
    ? null
    : site === undefined
      ? result.connection
      : { ...result.connection, site };
  const trace = {
    ...(address !== undefined && { address: [...address.path, 'address'] }),
    ...traceConnection(layers, fitting, connection),
    ...traceLabels(layers, labels),
    ...traceJumps(merged.via ?? [], jumpHosts),
  };
  return { connection, labels, problems: result.ok ? [] : result.problems, trace };
}

/** Null for fields that nobody wrote: they are in the connection only. */
function traceConnection(
  layers: readonly HostLayer[],
  fitting: readonly ConnectionFields[],
  connection: Connection | null,
): HostTrace {
  const written = fitting.flatMap((fields) => Object.keys(fields)) as (keyof ConnectionFields)[];
  const others = Object.keys(connection ?? {}).filter(
    (field) => !['address', 'site', 'via'].includes(field),
  );
  const trace: { [field: string]: FieldPath | null } = {};
  for (const field of others) trace[`connection.${field}`] = null;
  for (const field of written) {
    const index = fitting.findLastIndex((fields) => fields[field] !== undefined);
    const layer = layers[index];
    if (layer !== undefined) trace[`connection.${field}`] = [...layer.path, 'connection', field];
  }
  return trace;
}

function traceLabels(layers: readonly HostLayer[], labels: HostLayer['labels'] & {}): HostTrace {
  return Object.fromEntries(
    Object.keys(labels).map((name) => {
      const layer = layers.findLast((each) => Object.hasOwn(each.labels ?? {}, name));
      return [`labels.${name}`, [...(layer?.path ?? []), 'labels', name]];
    }),
  );
}

function traceJumps(names: readonly string[], jumpHosts: JumpHosts): HostTrace {
  const traces = names.flatMap((name, index) => {
    const jump = Object.hasOwn(jumpHosts, name) ? jumpHosts[name] : undefined;
    const written = Object.entries(jump ?? {}).filter(([, value]) => value !== undefined);
    return [
      [`connection.via[${index}].port`, null] as const,
      ...written.map(
        ([field]) => [`connection.via[${index}].${field}`, ['jumpHosts', name, field]] as const,
      ),
    ];
  });
  return Object.fromEntries(traces);
}
