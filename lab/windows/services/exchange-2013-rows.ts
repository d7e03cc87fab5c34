import type { ServiceRow } from './service-row';

const root = 'MSExchangeADTopology';

const row = (
  name: string,
  displayName: string,
  image: string,
  { startMode = 'auto', needs = root }: { startMode?: 'auto' | 'manual'; needs?: string } = {},
): ServiceRow => [name, `Microsoft Exchange ${displayName}`, startMode, needs, image];

/** Exchange 2013 with both of its roles. The health manager needs none of the others: it outlives them. */
export const exchange2013Rows: readonly ServiceRow[] = [
  // Of Windows itself, and started for whom it is.
  ['KeyIso', 'CNG Key Isolation', 'manual', 'RpcSs', 'lsass.exe'],
  row(root, 'Active Directory Topology', 'Microsoft.Exchange.Directory.TopologyService.exe', {
    needs: 'Netlogon NetTcpPortSharing',
  }),
  row('MSExchangeAntispamUpdate', 'Anti-spam Update', 'Microsoft.Exchange.AntispamUpdateSvc.exe'),
  row('MSExchangeDagMgmt', 'DAG Management', 'MSExchangeDagMgmt.exe'),
  row('MSExchangeDelivery', 'Mailbox Transport Delivery', 'MSExchangeDelivery.exe'),
  row('MSExchangeDiagnostics', 'Diagnostics', 'Microsoft.Exchange.Diagnostics.Service.exe', {
    needs: '',
  }),
  row('MSExchangeEdgeSync', 'EdgeSync', 'Microsoft.Exchange.EdgeSyncSvc.exe'),
  row('MSExchangeFastSearch', 'Search', 'Microsoft.Exchange.Search.Service.exe'),
  row('MSExchangeFrontEndTransport', 'Frontend Transport', 'MSExchangeFrontendTransport.exe'),
  row('MSExchangeHM', 'Health Manager', 'MSExchangeHMHost.exe', { needs: 'EventLog Winmgmt' }),
  row('MSExchangeHMRecovery', 'Health Manager Recovery', 'MSExchangeHMRecovery.exe', {
    needs: 'EventLog Winmgmt',
  }),
  row('MSExchangeImap4', 'IMAP4', 'Microsoft.Exchange.Imap4Service.exe', { startMode: 'manual' }),
  row('MSExchangeIS', 'Information Store', 'Microsoft.Exchange.Store.Service.exe', {
    needs: `${root} RpcSs EventLog LanmanWorkstation LanmanServer`,
  }),
  row('MSExchangeMailboxAssistants', 'Mailbox Assistants', 'MSExchangeMailboxAssistants.exe'),
  row('MSExchangeMailboxReplication', 'Mailbox Replication', 'MSExchangeMailboxReplication.exe', {
    needs: `${root} NetTcpPortSharing`,
  }),
  row('MSExchangePop3', 'POP3', 'Microsoft.Exchange.Pop3Service.exe', { startMode: 'manual' }),
  row('MSExchangeRepl', 'Replication', 'msexchangerepl.exe'),
  row('MSExchangeRPC', 'RPC Client Access', 'Microsoft.Exchange.RpcClientAccess.Service.exe'),
  row('MSExchangeServiceHost', 'Service Host', 'Microsoft.Exchange.ServiceHost.exe'),
  row('MSExchangeSubmission', 'Mailbox Transport Submission', 'MSExchangeSubmission.exe'),
  row('MSExchangeThrottling', 'Throttling', 'MSExchangeThrottling.exe'),
  row('MSExchangeTransport', 'Transport', 'MSExchangeTransport.exe'),
  row('MSExchangeTransportLogSearch', 'Transport Log Search', 'MSExchangeTransportLogSearch.exe'),
  row('MSExchangeUM', 'Unified Messaging', 'umservice.exe', { needs: `${root} KeyIso` }),
  row('wsbexchange', 'Server Extension for Windows Server Backup', 'wsbexchange.exe', {
    startMode: 'manual',
    needs: '',
  }),
];
