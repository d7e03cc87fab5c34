import { formatDuration } from './duration';
import { buildRequest } from './envelope';
import type { RequestHeader } from './envelope';
import { actions, cmdShellUri, ns, signalCodes } from './namespaces';
import { escapeXml } from './xml';

export interface CreateShell {
  /** Code page of the console, 65001 for UTF-8. */
  readonly codePage: number;
  /** After so long without a request the host frees the shell by itself. */
  readonly idleTimeoutMs: number;
}

/** [MS-WSMV] 3.1.4.5.2: creates a shell. The options are those of `winrs -noprofile`. */
export function buildCreate(header: RequestHeader, shell: CreateShell): Buffer {
  return buildRequest(
    header,
    {
      action: actions.create,
      resourceUri: cmdShellUri,
      options: { WINRS_NOPROFILE: 'TRUE', WINRS_CODEPAGE: String(shell.codePage) },
    },
    `<rsp:Shell><rsp:IdleTimeOut>${formatDuration(shell.idleTimeoutMs)}</rsp:IdleTimeOut>` +
      '<rsp:InputStreams>stdin</rsp:InputStreams><rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>',
  );
}

/**
 * [MS-WSMV] 3.1.4.11: starts a command line under cmd.exe. WINRS_SKIP_CMD_SHELL must be FALSE: hosts from 2012 R2 on
 * ignore TRUE (behaviour note 117), older ones would then want the full path of an executable.
 */
export function buildCommand(header: RequestHeader, shellId: string, commandLine: string): Buffer {
  return buildRequest(
    header,
    {
      ...ofShell(shellId, actions.command),
      options: { WINRS_CONSOLEMODE_STDIN: 'TRUE', WINRS_SKIP_CMD_SHELL: 'FALSE' },
    },
    `<rsp:CommandLine><rsp:Command>${escapeXml(commandLine)}</rsp:Command></rsp:CommandLine>`,
  );
}

/** [MS-WSMV] 3.1.4.14: asks for output; the host answers when there is some, or when the operation timeout has passed. */
export function buildReceive(header: RequestHeader, shellId: string, commandId: string): Buffer {
  return buildRequest(
    header,
    ofShell(shellId, actions.receive),
    `<rsp:Receive><rsp:DesiredStream CommandId="${escapeXml(commandId)}">stdout stderr</rsp:DesiredStream></rsp:Receive>`,
  );
}

/** [MS-WSMV] 3.1.4.13: writes to standard input; `end` closes it. */
export function buildSend(
  header: RequestHeader,
  target: { readonly shellId: string; readonly commandId: string },
  bytes: Uint8Array,
  end: boolean,
): Buffer {
  const endAttribute = end ? ' End="true"' : '';
  return buildRequest(
    header,
    ofShell(target.shellId, actions.send),
    `<rsp:Send><rsp:Stream Name="stdin" CommandId="${escapeXml(target.commandId)}"${endAttribute}>` +
      `${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}</rsp:Stream></rsp:Send>`,
  );
}

/** [MS-WSMV] 3.1.4.12: ends a command and lets the host forget it. */
export function buildTerminate(header: RequestHeader, shellId: string, commandId: string): Buffer {
  return buildRequest(
    header,
    ofShell(shellId, actions.signal),
    `<rsp:Signal CommandId="${escapeXml(commandId)}"><rsp:Code>${signalCodes.terminate}</rsp:Code></rsp:Signal>`,
  );
}

/** WS-Transfer Delete: deletes a shell with all that runs in it. */
export function buildDelete(header: RequestHeader, shellId: string): Buffer {
  return buildRequest(header, ofShell(shellId, actions.delete), '');
}

/** DSP0226, Identify: who answers here? Has neither addressing nor a resource. */
export function buildIdentify(): Buffer {
  return Buffer.from(
    `<s:Envelope xmlns:s="${ns.soap}" xmlns:wsmid="${ns.identity}"><s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>`,
  );
}

function ofShell(
  shellId: string,
  action: string,
): { action: string; resourceUri: string; selectors: { ShellId: string } } {
  return { action, resourceUri: cmdShellUri, selectors: { ShellId: shellId } };
}
