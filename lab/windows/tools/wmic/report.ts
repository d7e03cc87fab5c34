import type { Host } from '../../host';
import { resolvePath } from '../../files/paths';
import type { Invocation } from '../../process/invocation';
import type { GlobalSwitches } from './command-line';
import type { LineStyle } from './layout';

/** Where wmic's answer goes, and how it is written there. */
export interface Report extends LineStyle {
  write(text: string): void;
  close(): void;
}

const byteOrderMark = Buffer.from([0xff, 0xfe]);

/**
 * Into a file wmic writes UTF-16 with a byte order mark, into anything else the console's code page, where each line
 * feed of what already ends with CR LF is given one more CR.
 *
 * @throws FileError when the file cannot be made
 */
export function openReport({ output }: GlobalSwitches, invocation: Invocation): Report {
  if (output !== null && !/^stdout$/i.test(output.path)) {
    return openFile(
      resolvePath(output.path, invocation.workingDirectory),
      output.append,
      invocation.host,
    );
  }
  const { stdout } = invocation;
  if (stdout.sink.kind === 'file')
    return unicodeReport(
      (bytes) => stdout.bytes(bytes),
      () => undefined,
    );
  return {
    lineEnd: '\r\r\n',
    tableEnd: '\r\r\n',
    write: (text) => stdout.text(text),
    close: () => undefined,
  };
}

function openFile(path: string, append: boolean, { files }: Host): Report {
  const hasText = append && (files.stat(path)?.size ?? 0) > 0;
  const writer = files.open(path, append ? 'append' : 'truncate');
  return unicodeReport(
    (bytes) => writer.write(bytes),
    () => writer.close(),
    hasText,
  );
}

function unicodeReport(write: (bytes: Buffer) => void, close: () => void, hasMark = false): Report {
  let isMarked = hasMark;
  return {
    lineEnd: '\r\n',
    tableEnd: '',
    write(text) {
      if (!isMarked) write(byteOrderMark);
      isMarked = true;
      write(Buffer.from(text, 'utf16le'));
    },
    close,
  };
}
