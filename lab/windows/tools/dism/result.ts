import type { Invocation } from '../../process/invocation';

/** What dism says of the codes it ends with. */
const texts: Readonly<Record<number, readonly string[]>> = {
  2: ['The system cannot find the file specified.'],
  3: ['The system cannot find the path specified.'],
  5: ['Access is denied.'],
  50: ['The request is not supported.'],
  87: [],
  112: ['There is not enough space on the disk.'],
  0x800f0805: ['The specified package is not valid Windows package.'],
  0x800f0806: ['The operation could not be completed due to pending operations.'],
  0x80070002: ['The system cannot find the file specified.'],
  0x80070005: ['Access is denied.'],
  0x80070070: ['There is not enough space on the disk.'],
  0x80070bc9: [
    'The requested operation failed. A system reboot is required to roll back changes made.',
  ],
  0x80073712: ['The component store has been corrupted.'],
  0x80092004: ['Cannot find object or property.'],
  0x800f080c: ['An unknown error occurred.'],
  0x800f081e: ['The specified package is not applicable to this image.'],
  0x800f0823: ['The specified package requires a newer version of the servicing stack.'],
  0x800f0825: ['The package cannot be uninstalled.'],
  0x800f0831: ['The component store has been corrupted.'],
  0x800f0902: ['The servicing infrastructure is busy. Wait a bit and try again.'],
  0x800f0922: ['The operation failed while it ran the advanced installers.'],
};

const logFile = 'C:\\Windows\\Logs\\DISM\\dism.log';

export function printBanner({ host, stdout }: Invocation): void {
  const version = host.windows.edition === '2012r2' ? '6.3.9600.17031' : '6.1.7600.16385';
  stdout.text(`\r\nDeployment Image Servicing and Management tool\r\nVersion: ${version}\r\n\r\n`);
}

export function printImageVersion({ host, stdout }: Invocation): void {
  const version = {
    '2008r2-sp1': '6.1.7601.17514',
    '2008r2-rtm': '6.1.7600.16385',
    '2012r2': '6.3.9600.17031',
  } as const;
  stdout.text(`Image Version: ${version[host.windows.edition]}\r\n\r\n`);
}

/** Small codes are printed as numbers, the others in hex, as dism's own two formats have it. */
export function fail(code: number, invocation: Invocation, detail: readonly string[] = []): number {
  const unsigned = code >>> 0;
  const number = unsigned < 0x10000 ? String(unsigned) : `0x${unsigned.toString(16)}`;
  const lines = [...(texts[unsigned] ?? ['The operation failed.']), ...detail];
  invocation.stdout.text(
    `\r\nError: ${number}\r\n\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\nThe DISM log file can be found at ${logFile}\r\n`,
  );
  log(`Error: ${number} ${lines.join(' ')}`, invocation);
  return code;
}

/** Codes that are no failure: done, a restart is wanted or begun (as Win32, as HRESULT and as the update agent has it). */
const goodCodes: ReadonlySet<number> = new Set([0, 1641, 3010, 0x80070bc2, 0x00240005]);

/** The end that a scenario wants, with what dism says of such a code. */
export function endAsTold(code: number, invocation: Invocation): number {
  if (!goodCodes.has(code >>> 0)) return fail(code, invocation);
  succeed(invocation);
  return code;
}

export function succeed({ stdout }: Invocation): void {
  stdout.text('The operation completed successfully.\r\n');
}

/** Appends to dism's own log; a disk that is full keeps it from that and from nothing else. */
export function log(text: string, { host }: Invocation): void {
  const at = new Date(host.clock.now()).toISOString().slice(0, 19).replace('T', ' ');
  if (host.files.freeBytes() === 0) return;
  const writer = host.files.open(logFile, 'append');
  writer.write(Buffer.from(`${at}, Info                  DISM   DISM.EXE: ${text}\r\n`));
  writer.close();
}
