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
} as const;

export const anonymousAddress = 'http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous';

export const cmdShellUri = `${ns.shell}/cmd`;

export const actions = {
  create: `${ns.transfer}/Create`,
  delete: `${ns.transfer}/Delete`,
  command: `${ns.shell}/Command`,
  receive: `${ns.shell}/Receive`,
  send: `${ns.shell}/Send`,
  signal: `${ns.shell}/Signal`,
} as const;

export const faultAction = `${ns.wsman.replace('wsman.xsd', 'wsman')}/fault`;

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
