import type { WindowsOptions } from '../../lab/types';
import type { ShippedId } from './shipped';

const sha2 = { KB4474419: 'installed', KB4490628: 'installed' } as const;

/** For each definition a host that is affected and can take the package. */
export const affectedHosts: { readonly [id in ShippedId]: WindowsOptions } = {
  KB3004383: { ldap: 'stall' },
  // The worker process of MSExchangeRpcProxyAppPool, the thirteenth by name.
  KB3041832: { edition: '2012r2', exchange: '2013', processorTime: { 'w3wp#12': 98 } },
  // Its information store needs the Server service, which the workaround restarts.
  KB4012212: { exchange: '2010' },
  KB4565539: { exchange: false, dns: true, packages: sha2 },
  KB5004951: { exchange: false, packages: sha2 },
};
