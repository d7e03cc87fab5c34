import type { WindowsFacts } from '../options';

/** An application of a web site and the pool that runs it. */
export interface WebApplication {
  readonly site: string;
  /** `/` for the root of the site. */
  readonly path: string;
  readonly pool: string;
}

type Roles = Pick<WindowsFacts, 'exchange' | 'iis'>;
type Row = readonly [path: string, pool: string];

const defaultPool = 'DefaultAppPool';
const frontSite = 'Default Web Site';
const backSite = 'Exchange Back End';

const exchangePool = (name: string): string => `MSExchange${name}AppPool`;

/** Exchange 2010: RPC over HTTP and the offline address book are in the pool of everybody. */
const rows2010: readonly Row[] = [
  ['/Autodiscover', exchangePool('Autodiscover')],
  ['/ecp', exchangePool('ECP')],
  ['/EWS', exchangePool('Services')],
  ['/Microsoft-Server-ActiveSync', exchangePool('Sync')],
  ['/OAB', defaultPool],
  ['/owa', exchangePool('OWA')],
  ['/owa/Calendar', exchangePool('OWACalendar')],
  ['/PowerShell', exchangePool('PowerShell')],
  ['/PowerShell-Proxy', exchangePool('PowerShellFrontEnd')],
  ['/Rpc', defaultPool],
  ['/RpcWithCert', defaultPool],
];

/** Exchange 2013: what clients meet, each passed on to an application of the same name in the site behind. */
const frontRows2013: readonly Row[] = [
  ['/Autodiscover', exchangePool('Autodiscover')],
  ['/ecp', exchangePool('ECP')],
  ['/EWS', exchangePool('Services')],
  ['/mapi', exchangePool('MapiFrontEnd')],
  ['/Microsoft-Server-ActiveSync', exchangePool('Sync')],
  ['/OAB', exchangePool('OAB')],
  ['/owa', exchangePool('OWA')],
  ['/owa/Calendar', exchangePool('OWACalendar')],
  ['/PowerShell', exchangePool('PowerShellFrontEnd')],
  ['/Rpc', exchangePool('RpcProxyFrontEnd')],
];
const backRows2013: readonly Row[] = [
  ['/ecp', exchangePool('ECP')],
  ['/EWS', exchangePool('Services')],
  ['/mapi/emsmdb', exchangePool('MapiMailbox')],
  ['/mapi/nspi', exchangePool('MapiAddressBook')],
  ['/owa', exchangePool('OWA')],
  ['/PowerShell', exchangePool('PowerShell')],
  ['/PushNotifications', exchangePool('PushNotifications')],
  ['/Rpc', exchangePool('RpcProxy')],
  ['/RpcWithCert', exchangePool('RpcProxy')],
];

/** Applications of a machine with IIS; empty for one without. */
export function applicationsOf({ exchange, iis }: Roles): readonly WebApplication[] {
  if (!iis) return [];
  const root = [at(frontSite, ['/', defaultPool])];
  if (exchange === null) return root;
  if (exchange === '2010') return [...root, ...rows2010.map((row) => at(frontSite, row))];
  return [
    ...root,
    ...frontRows2013.map((row) => at(frontSite, row)),
    at(backSite, ['/', defaultPool]),
    ...backRows2013.map((row) => at(backSite, row)),
  ];
}

function at(site: string, [path, pool]: Row): WebApplication {
  return { site, path, pool };
}

/** Every pool that an application is in, by name. */
export function poolNamesOf(roles: Roles): readonly string[] {
  const names = new Set(applicationsOf(roles).map(({ pool }) => pool));
  return [...names].toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
}
