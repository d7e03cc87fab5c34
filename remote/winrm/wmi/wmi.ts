import type { Wmi, WmiCall, WmiKeys, WmiOptions, WmiRow, WmiShape } from '../../wmi';
import type { WinRmTuning } from '../config';
import { hasFaultCode } from '../errors';
import { faultCodes } from '../wire/fault';
import { buildGetInstance, buildInvoke, wmiUri } from '../wire/wmi-requests';
import { classOf, parseInstance, parseMethodOutput } from '../wire/wmi-responses';
import type { WsMan } from '../wsman';
import { enumerateRows } from './enumeration';
import type { EnumerationWanted } from './enumeration';
import { answerTo } from './question';
import type { Host, Question, QuestionLimits } from './question';
import { decodeRow } from './row';
import { refuseUnspeakable, refuseUnspeakableCall, requireName } from './speakable';
import { instanceQuery } from './wql-text';

const defaultNamespace = 'root/cimv2';
const defaultTimeoutMs = 60_000;
const defaultMaxRows = 20_000;

/** WMI over WS-Management: Enumerate with WQL, Get, and Invoke ([MS-WSMV] 3.1.4 and 4.1.4), each a few requests. */
export function createWmi(wsman: WsMan, tuning: WinRmTuning): Wmi {
  const host: Host = { wsman, tuning };
  return {
    wql: async (query, shape, options = {}) => {
      refuseUnspeakable([query, namespaceOf(options)], wsman.target);
      const doing = `the query ${JSON.stringify(query.slice(0, 200))}`;
      const wanted = wantedRows(query, shape, options, tuning);
      return answerTo(host, doing, limits(options), (question) => enumerateRows(question, wanted));
    },
    get: async (className, keys, shape, options = {}) => {
      refuseUnspeakable([namespaceOf(options), ...Object.entries(keys).flat()], wsman.target);
      requireName([className, ...Object.keys(keys)], wsman.target);
      const doing = `the question for an instance of ${className}`;
      const confirm = wantedRows(instanceQuery(className, keys), {}, options, tuning);
      return answerTo(host, doing, limits(options), (question) =>
        getInstance(question, { className, keys, shape, options, confirm }),
      );
    },
    invoke: async (call, shape, options = {}) => {
      refuseUnspeakableCall(call, namespaceOf(options), wsman.target);
      const doing = `the call of ${call.className}.${call.method}`;
      return answerTo(host, doing, limits(options), (question) =>
        invokeMethod(question, call, shape, options),
      );
    },
  };
}

const namespaceOf = ({ namespace = defaultNamespace }: WmiOptions): string => namespace;

const limits = ({ timeoutMs = defaultTimeoutMs, signal }: WmiOptions): QuestionLimits => ({
  timeoutMs,
  signal,
});

function wantedRows<S extends WmiShape>(
  wql: string,
  shape: S,
  options: WmiOptions,
  { operationTimeoutMs }: WinRmTuning,
): EnumerationWanted<S> {
  const resourceUri = wmiUri(namespaceOf(options), '*');
  const { maxRows = defaultMaxRows } = options;
  return { resourceUri, wql, shape, maxRows, pullMs: operationTimeoutMs };
}

interface InstanceWanted<S extends WmiShape> {
  readonly className: string;
  readonly keys: WmiKeys;
  readonly shape: S;
  readonly options: WmiOptions;
  readonly confirm: EnumerationWanted<WmiShape>;
}

/**
 * An instance that is not there and a class that is not there get the same fault, ERROR_WSMAN_RESOURCE_NOT_FOUND (a
 * recorded answer of 2012 R2: microsoft/omi, issue 254). A query tells them apart, by its rows or by its fault.
 */
async function getInstance<S extends WmiShape>(
  question: Question,
  { className, keys, shape, options, confirm }: InstanceWanted<S>,
): Promise<WmiRow<S> | null> {
  const resourceUri = wmiUri(namespaceOf(options), className);
  try {
    const instance = await question.request(
      (header) => buildGetInstance(header, { resourceUri, keys }),
      parseInstance,
    );
    return decodeRow(instance, classOf(instance), shape, question);
  } catch (error) {
    if (!hasFaultCode(error, [faultCodes.noSuchResource])) throw error;
    const rows = await enumerateRows(question, confirm);
    if (rows.length > 0) throw error;
    return null;
  }
}

async function invokeMethod<S extends WmiShape>(
  question: Question,
  { className, keys = {}, method, parameters = {} }: WmiCall,
  shape: S,
  options: WmiOptions,
): Promise<WmiRow<S>> {
  const resourceUri = wmiUri(namespaceOf(options), className);
  const output = await question.request(
    (header) => buildInvoke(header, { resourceUri, keys, method, parameters }),
    (body) => parseMethodOutput(body, method),
  );
  return decodeRow(output, null, shape, question);
}
