import { resolvePath } from '../files/paths';
import type { Program } from '../process/invocation';

/** Into a pipe or a file it passes everything on as it comes; nobody is there to press a key. */
export const more: Program = async ({
  args,
  host,
  context,
  stdin,
  stdout,
  stderr,
  workingDirectory,
}) => {
  const names = args.filter((arg) => !/^[/+]/.test(arg));
  const firstLine = Number(
    args.map((arg) => /^\+(\d+)$/.exec(arg)?.[1]).find((digits) => digits !== undefined) ?? 0,
  );
  const skip = lineSkipper(firstLine);
  for (const name of names) {
    const path = resolvePath(name, workingDirectory);
    const bytes = host.files.read(path);
    if (bytes === null) {
      stderr.line(`Cannot access file ${path}`);
      return 1;
    }
    stdout.bytes(skip(bytes));
  }
  if (names.length > 0) return 0;
  for (
    let chunk = await stdin.read(context.control);
    chunk !== null;
    chunk = await stdin.read(context.control)
  ) {
    stdout.bytes(skip(chunk));
  }
  return 0;
};

/** `+n` begins at line n. */
function lineSkipper(firstLine: number): (bytes: Buffer) => Buffer {
  let left = Math.max(0, firstLine - 1);
  return (bytes) => {
    let at = 0;
    for (; left > 0 && at < bytes.length; left -= 1) {
      const end = bytes.indexOf(10, at);
      if (end < 0) return Buffer.alloc(0);
      at = end + 1;
    }
    return bytes.subarray(at);
  };
}
