import { ns, wmiUriPrefix } from '../../remote/winrm/wire/namespaces';
import { escapeXml } from '../../remote/winrm/wire/xml';
import type { WmiRefused } from '../machine';
import type { ProviderRefusal, Refusal } from './refusals';

/** What WMI refused, as the fault that WinRM's plug-in for WMI makes of it. */
export function refusalOf(refused: WmiRefused, namespace: string): ProviderRefusal {
  return {
    refusal: faultFor(refused),
    provider: {
      name: 'WMI Provider',
      path: String.raw`%systemroot%\system32\WsmWmiPl.dll`,
      extendedError: extendedStatus(refused, namespace),
    },
  };
}

function faultFor({ problem, operation }: WmiRefused): Refusal {
  switch (problem) {
    case 'invalid-query':
      return 'cannot-process-filter';
    case 'no-such-class':
      // A class that a query names is a matter of the filter, one in a URI of the resource.
      return operation === 'ExecQuery' ? 'cannot-process-filter' : 'no-such-resource';
    case 'no-such-instance':
    case 'no-such-namespace':
      return 'no-such-resource';
    case 'no-such-method':
      return 'action-not-supported';
    case 'unexpected-keys':
      return 'unexpected-selectors';
    case 'missing-keys':
      return 'missing-selectors';
    case 'invalid-parameters':
    case 'provider-failure':
      return problem;
    default:
      return problem satisfies never;
  }
}

/** The instance of __ExtendedStatus that WMI has for the error. */
function extendedStatus({ description, operation, about }: WmiRefused, namespace: string): string {
  return (
    `<p:__ExtendedStatus xmlns:xsi="${ns.xsi}" xmlns:p="${wmiUriPrefix}${escapeXml(namespace)}/__ExtendedStatus" xmlns:cim="${ns.cim}" xsi:type="p:__ExtendedStatus_Type">` +
    property('Description', description) +
    property('Operation', operation) +
    property('ParameterInfo', about) +
    property('ProviderName', 'WinMgmt') +
    property('StatusCode', null) +
    '</p:__ExtendedStatus>'
  );
}

function property(name: string, value: string | null): string {
  return value === null
    ? `<p:${name} xsi:nil="true"/>`
    : `<p:${name}>${escapeXml(value)}</p:${name}>`;
}
