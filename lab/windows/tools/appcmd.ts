import type { Invocation, Program } from '../process/invocation';
import type { Pool, Pools } from '../services/pools';
import { listApplications } from './appcmd/applications';
import { asXml, error, type Options, print, readOptions } from './appcmd/command-line';

/** appcmd.exe: everything on standard output, errors too. Objects and verbs in any case, `apppool` and `apppools` alike. */
export const appcmd: Program = (invocation) => {
  const { pools } = invocation.host;
  const [verb = '', object = '', ...rest] = invocation.args;
  if (pools === null || verb === '') {
    invocation.stdout.text(
      'General purpose IIS command line administration tool.\r\n\r\nAPPCMD (command) (object-type) <identifier> </parameter1:value1 ...>\r\n',
    );
    return 0;
  }
  const kind = object.toLowerCase().replace(/s$/, '');
  if (kind === 'app' && verb.toLowerCase() === 'list') {
    return listApplications(pools.applications, readOptions(rest), invocation);
  }
  if (kind !== 'apppool' && kind !== 'wp')
    return error(
      invocation,
      `Object '${object.toUpperCase()}' is not supported.  Run 'appcmd.exe /?' to display supported objects.`,
      50,
    );
  return run(verb.toLowerCase(), kind, pools, readOptions(rest), invocation);
};

function run(
  verb: string,
  kind: 'apppool' | 'wp',
  pools: Pools,
  options: Options,
  invocation: Invocation,
): number {
  if (verb === 'list') {
    return kind === 'wp'
      ? listWorkers(pools, options, invocation)
      : listPools(pools, options, invocation);
  }
  if (kind === 'apppool' && (verb === 'recycle' || verb === 'start' || verb === 'stop')) {
    return control(verb, pools, options, invocation);
  }
  return error(invocation, `The specified action is not supported for this object: ${verb}.`, 50);
}

function listPools(pools: Pools, { name, values }: Options, { stdout }: Invocation): number {
  const state = values.get('state')?.toLowerCase();
  const found = pools
    .list()
    .filter(
      (pool) =>
        (name === null || pool.name.toLowerCase() === name.toLowerCase()) &&
        (state === undefined || pool.state.toLowerCase() === state),
    );
  const elements = found.map(
    (pool) =>
      `    <APPPOOL APPPOOL.NAME="${pool.name}" PipelineMode="${pool.pipeline}" RuntimeVersion="${pool.runtime}" state="${pool.state}" />`,
  );
  const lines = found.map(
    (pool) =>
      `APPPOOL "${pool.name}" (MgdVersion:${pool.runtime},MgdMode:${pool.pipeline},state:${pool.state})`,
  );
  print(
    values.has('xml')
      ? asXml(elements)
      : values.has('text')
        ? found.map((pool) => pool.name)
        : lines,
    stdout,
  );
  // Nothing found is a failure, without a word.
  return found.length === 0 ? 1 : 0;
}

function listWorkers(pools: Pools, { name, values }: Options, { stdout }: Invocation): number {
  const poolName = values.get('apppool.name')?.toLowerCase();
  const found = pools
    .list()
    .filter((pool): pool is Pool & { workerPid: number } => pool.workerPid !== null)
    .filter(
      (pool) =>
        (poolName === undefined || pool.name.toLowerCase() === poolName) &&
        (poolName !== undefined || name === null || String(pool.workerPid) === name),
    );
  const elements = found.map(
    (pool) => `    <WP WP.NAME="${pool.workerPid}" APPPOOL.NAME="${pool.name}" />`,
  );
  const lines = found.map((pool) => `WP "${pool.workerPid}" (apppool:${pool.name})`);
  print(
    values.has('xml')
      ? asXml(elements)
      : values.has('text')
        ? found.map((pool) => String(pool.workerPid))
        : lines,
    stdout,
  );
  return found.length === 0 && (name !== null || poolName !== undefined) ? 1 : 0;
}

function control(
  verb: 'recycle' | 'start' | 'stop',
  pools: Pools,
  { name }: Options,
  invocation: Invocation,
): number {
  const { stdout } = invocation;
  if (name === null)
    return error(
      invocation,
      'Must specify the APPPOOL object with identifier (Missing required parameter).',
      87,
    );
  const pool = pools.find(name);
  if (pool === null)
    return error(invocation, `Cannot find APPPOOL object with identifier "${name}".`, 1168);
  if (verb === 'recycle') {
    if (!pools.recycle(pool.name))
      return error(
        invocation,
        `The application pool "${pool.name}" is not started and cannot be recycled.`,
        1062,
      );
    stdout.line(`"${pool.name}" successfully recycled`);
    return 0;
  }
  if ((pool.state === 'Started') === (verb === 'start')) {
    const text =
      verb === 'start' ? 'The object is already started.' : 'The service has not been started.';
    return error(invocation, text, verb === 'start' ? 1056 : 1062);
  }
  if (verb === 'start') pools.start(pool.name);
  else pools.stop(pool.name);
  stdout.line(`"${pool.name}" successfully ${verb === 'start' ? 'started' : 'stopped'}.`);
  return 0;
}
