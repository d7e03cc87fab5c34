import { actions, filterDialects } from '../../remote/winrm/wire/namespaces';
import { parseEnumerate, parseInvoke } from '../../remote/winrm/wire/wmi-server-requests';
import type { WmiUri } from '../../remote/winrm/wire/wmi-server-requests';
import {
  buildGetResponse,
  buildInvokeResponse,
  encodeFragment,
  encodeInstance,
  encodeOutput,
} from '../../remote/winrm/wire/wmi-server-responses';
import type { CimProperty } from '../../remote/winrm/wire/wmi-server-responses';
import type { WmiObject, WmiRefused, WmiTarget } from '../machine';
import { listSource } from './enumerations';
import { mayOperate } from './exchange';
import type { Exchange, Outcome } from './exchange';
import { beginEnumeration, nextPage, release } from './pages';
import { refusalOf } from './wmi-refusals';

/** WinRM's plug-in for WMI: Get, Enumerate with Pull and Release, and methods. */
export function answerWmi(exchange: Exchange, uri: WmiUri): Outcome | Promise<Outcome> {
  const { action } = exchange.envelope;
  if (action === actions.pull) return nextPage(exchange);
  if (action === actions.release) return release(exchange);
  if (!mayOperate(exchange)) return 'too-many-operations';
  if (action === actions.enumerate) return enumerate(exchange, uri);
  return action === actions.get ? get(exchange, uri) : invoke(exchange, uri);
}

function enumerate(exchange: Exchange, uri: WmiUri): Outcome {
  const request = parseEnumerate(exchange.envelope);
  if (request.mode !== null) return 'enumeration-mode';
  if (exchange.envelope.selectors.size > 0) return 'unexpected-selectors';
  const { filter } = request;
  if (filter !== null && filter.dialect !== filterDialects.wql) return 'filter-dialect';
  // A query names its class itself, and all classes without a query would be everything that there is.
  if ((filter === null) === (uri.className === '*')) return 'cannot-process-filter';
  const { wmi } = exchange.service.machine;
  const found =
    filter === null
      ? wmi.list(uri.namespace, uri.className)
      : wmi.query(uri.namespace, filter.text.trim());
  if (isRefused(found)) return refusalOf(found, uri.namespace);
  const source = listSource(found, (one) => encodeObject(uri, one));
  return beginEnumeration(exchange, request, source);
}

function get({ service, envelope, reply }: Exchange, uri: WmiUri): Outcome {
  const found = service.machine.wmi.get(targetOf(uri, envelope.selectors));
  if (isRefused(found)) return refusalOf(found, uri.namespace);
  return buildGetResponse(reply, encodeObject(uri, found));
}

async function invoke({ service, envelope, reply }: Exchange, uri: WmiUri): Promise<Outcome> {
  const request = parseInvoke(envelope);
  if (request === null) return 'action-not-supported';
  const { method, parameters } = request;
  const target = targetOf(uri, envelope.selectors);
  const output = await service.machine.wmi.invoke(target, method, parameters);
  if (isRefused(output)) return refusalOf(output, uri.namespace);
  const xml = encodeOutput(uri, method, output.properties.map(encodable));
  return buildInvokeResponse(reply, envelope.action ?? '', xml);
}

function targetOf({ namespace, className }: WmiUri, keys: ReadonlyMap<string, string>): WmiTarget {
  return { namespace, className, keys };
}

function isRefused(answer: WmiObject | readonly WmiObject[] | WmiRefused): answer is WmiRefused {
  return 'problem' in answer;
}

function encodeObject({ namespace }: WmiUri, { className, properties }: WmiObject): string {
  const encoded = properties.map(encodable);
  return className === null
    ? encodeFragment(encoded)
    : encodeInstance({ namespace, className }, encoded);
}

function encodable({ name, type, value }: WmiObject['properties'][number]): CimProperty {
  return { name, value, isDatetime: type === 'datetime' };
}
