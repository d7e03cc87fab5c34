import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import type { Asked, Reply } from '../bridge-server';
import { unixPath } from '../paths';
import type { HostState } from '../state';

/** HRESULTs of ERROR_FILE_NOT_FOUND, ERROR_FILE_INVALID, ERROR_FILE_EXISTS and ERROR_INVALID_DATA. */
const codes = { notFound: 0x80070002, empty: 0x800703ee, exists: 0x80070050, badData: 0x8007000d };

/** `-hashfile FILE SHA256` and `[-f] -decode FROM TO` on the files of the prefix. */
export async function certutil({ machine }: HostState, asked: Asked): Promise<Reply> {
  const words = asked.arguments.map((word) => (word.startsWith('/') ? `-${word.slice(1)}` : word));
  const [verb, from = '', to = ''] = words.filter((word) => word.toLowerCase() !== '-f');
  const isForced = words.some((word) => word.toLowerCase() === '-f');
  const name = verb?.toLowerCase() ?? '';
  const refuse = (code: number): Reply => ({
    out: `CertUtil: ${name} command FAILED: 0x${code.toString(16)}\r\n`,
    exitCode: code,
  });
  const full = (path: string): string =>
    /^[a-z]:/i.test(path) ? path : `${asked.folder}\\${path}`;
  const file = unixPath(machine, full(from));
  if (file === null || !existsSync(file)) return refuse(codes.notFound);
  const bytes = await readFile(file);
  if (name === '-hashfile') {
    if (bytes.length === 0) return refuse(codes.empty);
    return { out: hashText(from, bytes), exitCode: 0 };
  }
  if (name !== '-decode') return refuse(0x80070057);
  const target = unixPath(machine, full(to));
  if (target === null || (existsSync(target) && !isForced)) return refuse(codes.exists);
  const text = bytes.toString('latin1').replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return refuse(codes.badData);
  await writeFile(target, Buffer.from(text, 'base64'));
  return { out: 'CertUtil: -decode command completed successfully.\r\n', exitCode: 0 };
}

/** Before Windows 10 the bytes are set apart by blanks. */
function hashText(path: string, bytes: Buffer): string {
  const digest = createHash('sha256').update(bytes).digest('hex').match(/../g)?.join(' ');
  return `SHA256 hash of file ${path}:\r\n${digest}\r\nCertUtil: -hashfile command completed successfully.\r\n`;
}
