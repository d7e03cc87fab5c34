import { MessageRefused, buildRequest } from './envelope';
import type { RequestHeader } from './envelope';
import { ns } from './namespaces';
import { child, childText } from './xml';
import type { XmlElement } from './xml';

/** Resource and namespace of the service's configuration, `winrm get winrm/config` ([MS-WSMV] 2.2.4.7). */
const configUri = 'http://schemas.microsoft.com/wbem/wsman/1/config';

/** WS-Transfer Get: asks for the configuration of the listener. */
export function buildGetConfig(header: RequestHeader): Buffer {
  return buildRequest(header, { action: `${ns.transfer}/Get`, resourceUri: configUri }, '');
}

/** MaxEnvelopeSizekb in the answer, in bytes: what one message may have. */
export function parseMaxEnvelopeBytes(body: XmlElement): number {
  const text = childText(child(body, configUri, 'Config'), configUri, 'MaxEnvelopeSizekb') ?? '';
  if (!/^\s*[1-9]\d{0,9}\s*$/.test(text)) {
    throw new MessageRefused('the configuration names no MaxEnvelopeSizekb');
  }
  return Number(text) * 1024;
}
