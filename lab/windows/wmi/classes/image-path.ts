/** Where the image of a service or of a process of Windows lies. */
export function imagePath(image: string): string {
  if (/^svchost\.exe$/i.test(image)) return String.raw`C:\Windows\system32\svchost.exe -k netsvcs`;
  if (/^TrustedInstaller\.exe$/i.test(image)) return `C:\\Windows\\servicing\\${image}`;
  if (/^(Microsoft\.Exchange|MSExchange|store|mad|exfba|msftesql|wsbexchange)/i.test(image)) {
    return `"C:\\Program Files\\Microsoft\\Exchange Server\\V14\\bin\\${image}"`;
  }
  if (/^(w3wp|inetinfo)\.exe$/i.test(image)) return `C:\\Windows\\system32\\inetsrv\\${image}`;
  return `C:\\Windows\\system32\\${image}`;
}
