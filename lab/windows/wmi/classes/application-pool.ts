import type { Pool, Pools } from '../../services/pools';
import {
  type MethodCall,
  type MethodResult,
  methodsOf,
  ProviderFailure,
  textOf,
  type WmiClass,
} from './wmi-class';

/** HRESULT of ERROR_SERVICE_NOT_ACTIVE. */
const notActive = 0x80070426;
/** What GetState returns: 1 started, 3 stopped. */
const states = { Started: 1, Stopped: 3 } as const;

function poolIn({ host, instance }: MethodCall): { readonly pools: Pools; readonly pool: Pool } {
  const { pools } = host;
  const pool = pools?.find(textOf(instance?.['Name'] ?? null)) ?? null;
  if (pools === null || pool === null) throw new ProviderFailure(0x80041002, 'Not found');
  return { pools, pool };
}

/** Recycle, Start and Stop return nothing at all; what they cannot do is a failure of the provider. */
function recycle(call: MethodCall): MethodResult {
  const { pools, pool } = poolIn(call);
  if (!pools.recycle(pool.name)) {
    throw new ProviderFailure(notActive, 'The service has not been started.');
  }
  return {};
}

/** Application pools of IIS, there with the role service "IIS Management Scripts and Tools". */
export const applicationPool: WmiClass = {
  name: 'ApplicationPool',
  namespace: 'root/WebAdministration',
  alias: null,
  key: 'Name',
  takesKey: false,
  properties: {
    AutoStart: 'boolean',
    Enable32BitAppOnWin64: 'boolean',
    ManagedPipelineMode: 'sint32',
    ManagedRuntimeVersion: 'string',
    Name: 'string',
    QueueLength: 'uint32',
  },
  brief: [],
  instances: ({ host }) =>
    (host.pools?.list() ?? []).map(({ name, runtime, pipeline }) => ({
      AutoStart: true,
      Enable32BitAppOnWin64: false,
      ManagedPipelineMode: pipeline === 'Integrated' ? 0 : 1,
      ManagedRuntimeVersion: runtime,
      Name: name,
      QueueLength: 1000,
    })),
  methods: methodsOf(
    {
      name: 'GetState',
      input: {},
      output: { ReturnValue: 'uint32' },
      run: (call) => ({ ReturnValue: states[poolIn(call).pool.state] }),
    },
    { name: 'Recycle', input: {}, output: {}, run: recycle },
    {
      name: 'Start',
      input: {},
      output: {},
      run: (call) => {
        const { pools, pool } = poolIn(call);
        pools.start(pool.name);
        return {};
      },
    },
    {
      name: 'Stop',
      input: {},
      output: {},
      run: (call) => {
        const { pools, pool } = poolIn(call);
        pools.stop(pool.name);
        return {};
      },
    },
  ),
};
