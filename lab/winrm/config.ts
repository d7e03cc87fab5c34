import { encodeConfig } from '../../remote/winrm/wire/config-server';
import { actions } from '../../remote/winrm/wire/namespaces';
import { buildGetResponse } from '../../remote/winrm/wire/wmi-server-responses';
import type { WinRmService } from '../types';
import type { Exchange, Outcome } from './exchange';

/** What WinRM 2.0 and 3.0 have from the start, beside the limits that the lab keeps itself. */
const defaults = {
  '2.0': {
    maxConnections: 25,
    maxConcurrentUsers: 5,
    maxProcessesPerShell: 15,
    maxShellMemoryMb: 150,
  },
  '3.0': {
    maxConnections: 300,
    maxConcurrentUsers: 10,
    maxProcessesPerShell: 25,
    maxShellMemoryMb: 1024,
  },
} as const;

/** `winrm get winrm/config` */
export function answerConfig({ service, envelope, reply }: Exchange): Outcome {
  if (envelope.action !== actions.get) return 'action-not-supported';
  const { machine, limits } = service;
  const { transport } = machine.options;
  const listener: WinRmService = transport.kind === 'winrm' ? transport : {};
  const { auth = ['basic', 'negotiate'], allowUnencrypted = true } = listener;
  const xml = encodeConfig({
    ...defaults[limits.stack],
    maxEnvelopeKb: Math.floor(limits.maxEnvelopeBytes / 1024),
    maxTimeoutMs: limits.maxTimeoutMs,
    maxBatchItems: limits.maxBatchItems,
    maxOperationsPerUser: limits.maxOperationsPerUser,
    enumerationTimeoutMs: limits.enumerationTimeoutMs,
    allowsUnencrypted: allowUnencrypted,
    allowsBasic: auth.includes('basic'),
    allowsNegotiate: auth.includes('negotiate'),
    allowsCertificate: auth.includes('certificate'),
    bindings: capitalized(listener.channelBindings ?? 'relaxed'),
    shellIdleMs: limits.shellIdleMs,
    maxShellsPerUser: limits.maxShellsPerUser,
    allowsShells: machine.faults.shellsRefused !== true,
  });
  return buildGetResponse(reply, xml);
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
