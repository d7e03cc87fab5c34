import type { WindowsFacts } from '../../options';

/** Where the image of a service or of a process of Windows lies. */
export function imagePath(image: string, { exchange }: Pick<WindowsFacts, 'exchange'>): string {
  if (/^svchost\.exe$/i.test(image)) return String.raw`C:\Windows\system32\svchost.exe -k netsvcs`;
  // As a scenario gives it.
  if (/^[a-z]:\\/i.test(image)) return image;
  if (/^TrustedInstaller\.exe$/i.test(image)) return `C:\\Windows\\servicing\\${image}`;
  if (/^(Microsoft\.Exchange|MSExchange|store|mad|exfba|msftesql|wsbexchange)/i.test(image)) {
    const version = exchange === '2013' ? 'V15' : 'V14';
    return `"C:\\Program Files\\Microsoft\\Exchange Server\\${version}\\bin\\${image}"`;
  }
  if (/^(w3wp|inetinfo)\.exe$/i.test(image)) return `C:\\Windows\\system32\\inetsrv\\${image}`;
  return `C:\\Windows\\system32\\${image}`;
}
