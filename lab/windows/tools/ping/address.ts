import type { Host } from '../../host';

export interface Address {
  readonly name: string;
  readonly ip: string;
  readonly answers: boolean;
  readonly roundTripMs: number;
}

/** The machine knows itself and its domain controllers; any other address does not answer, any other name is unknown. */
export function addressOf(target: string, host: Host): Address | null {
  return ownAddress(target, host) ?? controllerAddress(target, host) ?? strangerAddress(target);
}

function ownAddress(target: string, { windows }: Host): Address | null {
  const name = target.toLowerCase();
  const isName = ['localhost', windows.computerName, windows.fqdn].some(
    (own) => own.toLowerCase() === name,
  );
  if (isName) {
    const shown = name === 'localhost' ? windows.computerName : target;
    return { name: shown, ip: '127.0.0.1', answers: true, roundTripMs: 0 };
  }
  const isLoopback = name === '::1' || (isIpv4(name) && name.startsWith('127.'));
  return isLoopback ? { name, ip: name, answers: true, roundTripMs: 0 } : null;
}

function controllerAddress(target: string, { windows }: Host): Address | null {
  const name = target.toLowerCase();
  const index = windows.domainControllers.findIndex((fqdn) => {
    const known = fqdn.toLowerCase();
    return known === name || known.split('.')[0] === name;
  });
  const fqdn = windows.domainControllers[index];
  if (fqdn === undefined) return null;
  return { name: fqdn, ip: `10.0.0.${index + 10}`, answers: true, roundTripMs: 1 };
}

function strangerAddress(target: string): Address | null {
  return isIpv4(target) ? { name: target, ip: target, answers: false, roundTripMs: 0 } : null;
}

function isIpv4(text: string): boolean {
  return (
    /^(\d{1,3}\.){3}\d{1,3}$/.test(text) && text.split('.').every((part) => Number(part) <= 255)
  );
}
