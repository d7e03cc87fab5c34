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
  0x800f080c: ['An unknown error occurred.'],
  0x800f081e: ['The specified package is not applicable to this image.'],
  0x800f0823: ['The specified package requires a newer version of the servicing stack.'],
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
