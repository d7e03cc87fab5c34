import { actions } from '../../remote/winrm/wire/namespaces';
import { buildDeleteResponse, describeShell } from '../../remote/winrm/wire/server-responses';
import { parseEnumerate } from '../../remote/winrm/wire/wmi-server-requests';
import { buildGetResponse } from '../../remote/winrm/wire/wmi-server-responses';
import { listSource } from './enumerations';
import { mayOperate } from './exchange';
import type { Exchange, Outcome } from './exchange';
import { beginEnumeration, nextPage, release } from './pages';
import type { LabShell } from './shells';

/** The shells themselves as a resource: who lost one finds it here and can delete it ([MS-WSMV], behaviour note 114). */
export function answerShellList(exchange: Exchange): Outcome {
  const { action } = exchange.envelope;
  if (action === actions.enumerate) {
    return mayOperate(exchange) ? list(exchange) : 'too-many-operations';
  }
  if (action === actions.pull) return nextPage(exchange);
  if (action === actions.release) return release(exchange);
  if (action === actions.get) {
    return withShell(exchange, (shell) =>
      buildGetResponse(exchange.reply, describe(exchange, shell)),
    );
  }
  if (action !== actions.delete) return 'action-not-supported';
  return withShell(exchange, (shell) => {
    exchange.service.shells.delete(shell);
    return buildDeleteResponse(exchange.reply);
  });
}

function list(exchange: Exchange): Outcome {
  const { service, envelope, caller } = exchange;
  const request = parseEnumerate(envelope);
  if (request.mode !== null) return 'enumeration-mode';
  if (request.filter !== null) return 'filter-dialect';
  const source = listSource(service.shells.list(caller.user), (shell) => describe(exchange, shell));
  return beginEnumeration(exchange, request, source);
}

/** To be looked at is no use: the shell is as idle as before. */
function withShell(
  { service, envelope, caller }: Exchange,
  act: (shell: LabShell) => Outcome,
): Outcome {
  const id = envelope.selectors.get('ShellId');
  if (id === undefined) return 'missing-selectors';
  const shell = service.shells.list(caller.user).find((one) => one.id === id.toUpperCase());
  return shell === undefined ? 'no-such-shell' : act(shell);
}

function describe({ service, caller }: Exchange, shell: LabShell): string {
  const now = Date.now();
  return describeShell({
    shellId: shell.id,
    address: caller.url,
    stack: service.limits.stack,
    owner: shell.user,
    clientAddress: shell.clientAddress,
    idleTimeoutMs: shell.idleTimeoutMs,
    ageMs: now - shell.createdAt,
    idleMs: now - shell.usedAt,
  });
}
