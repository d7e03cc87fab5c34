/** Namespaces, actions and resource URIs of [MS-WSMV] 2.2 and DSP0226 that the cmd shell uses. */
export const ns = {
  soap: 'http://www.w3.org/2003/05/soap-envelope',
  addressing: 'http://schemas.xmlsoap.org/ws/2004/08/addressing',
  transfer: 'http://schemas.xmlsoap.org/ws/2004/09/transfer',
  wsman: 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd',
  identity: 'http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd',
  microsoft: 'http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd',
  shell: 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell',
  fault: 'http://schemas.microsoft.com/wbem/wsman/1/wsmanfault',
  config: 'http://schemas.microsoft.com/wbem/wsman/1/config',
  enumeration: 'http://schemas.xmlsoap.org/ws/2004/09/enumeration',
  eventing: 'http://schemas.xmlsoap.org/ws/2004/08/eventing',
  cim: 'http://schemas.dmtf.org/wbem/wscim/1/common',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
} as const;

export const anonymousAddress = 'http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous';

export const cmdShellUri = `${ns.shell}/cmd`;

/** What stands before namespace and class in the URI of a WMI class. */
export const wmiUriPrefix = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/';

/** Resource of event subscriptions ([MS-WSMV] 3.1.4.6). */
export const eventLogUri = 'http://schemas.microsoft.com/wbem/wsman/1/windows/EventLog';

export const filterDialects = {
  wql: 'http://schemas.microsoft.com/wbem/wsman/1/WQL',
  events: 'http://schemas.microsoft.com/win/2004/08/events/eventquery',
} as const;

/** DSP0226 10.2.9.1: the client fetches the events itself. */
export const pullDelivery = `${ns.wsman.replace('wsman.xsd', 'wsman')}/Pull`;

/** DSP0226 10.2.2: the subscription begins with the oldest event that is there. */
export const earliestBookmark = `${ns.wsman.replace('wsman.xsd', 'wsman')}/bookmark/earliest`;

export const actions = {
  get: `${ns.transfer}/Get`,
  create: `${ns.transfer}/Create`,
  delete: `${ns.transfer}/Delete`,
  command: `${ns.shell}/Command`,
  receive: `${ns.shell}/Receive`,
  send: `${ns.shell}/Send`,
  signal: `${ns.shell}/Signal`,
  enumerate: `${ns.enumeration}/Enumerate`,
  pull: `${ns.enumeration}/Pull`,
  release: `${ns.enumeration}/Release`,
  subscribe: `${ns.eventing}/Subscribe`,
  unsubscribe: `${ns.eventing}/Unsubscribe`,
} as const;

/** Action of a fault by the prefix of its subcode: each of the specifications has one. */
export const faultActions = {
  w: `${ns.wsman.replace('wsman.xsd', 'wsman')}/fault`,
  a: `${ns.addressing}/fault`,
  n: `${ns.enumeration}/fault`,
  e: `${ns.eventing}/fault`,
} as const;

/** [MS-WSMV] 2.2.4.38: the codes of Signal. */
export const signalCodes = {
  terminate: `${ns.shell}/signal/terminate`,
  ctrlC: `${ns.shell}/signal/ctrl_c`,
} as const;

/** [MS-WSMV] 3.1.4.14: the states of a command in the answer to Receive. */
export const commandStates = {
  done: `${ns.shell}/CommandState/Done`,
  running: `${ns.shell}/CommandState/Running`,
} as const;

export const contentType = 'application/soap+xml;charset=UTF-8';

/** Path of the listener (the default of `winrm quickconfig`). */
export const listenerPath = '/wsman';
