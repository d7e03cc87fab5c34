/**
 * What a server says first (RFC 4253 section 4.2): other lines, if it likes, then `SSH-2.0-softwareversion comments`.
 * ssh2 reads that wrongly when it comes in more than two pieces (lib/protocol/Protocol.js, parseHeader, keeps the first
 * piece only) and would wait for ever for the end of a line that has none.
 */
export interface IdentificationReader {
  /** Takes bytes as they come, until it has given anything but `more`. */
  take(bytes: Buffer): Identification;
  /** What was said in place of an identification, printable and bounded; empty when nothing was. */
  said(): string;
}

export type Identification =
  | { readonly kind: 'more' }
  | { readonly kind: 'nonsense'; readonly what: string }
  /** `line` has no line end; `rest` follows it. */
  | { readonly kind: 'identified'; readonly line: string; readonly rest: Buffer };

/** RFC 4253 section 4.2, with CR LF. */
const maxIdentification = 255;
/** As OpenSSH's client has them (sshconnect.c), whose users would notice a stricter one first. */
const maxLines = 1024;
const maxLine = 8192;
const keptText = 160;

const lineFeed = 10;
const more: Identification = { kind: 'more' };
const nonsense = (what: string): Identification => ({ kind: 'nonsense', what });

export function createIdentificationReader(): IdentificationReader {
  let line = Buffer.alloc(0);
  let lines = 0;
  let text = '';

  const remember = (bytes: Buffer) => {
    if (text.length < keptText) text += `${bytes.toString('latin1')} `;
  };
  const endOfLine = (rest: Buffer): Identification | null => {
    const read = line.toString('latin1').replace(/\r$/, '');
    if (read.startsWith('SSH-')) return judge(read, rest);
    remember(line);
    lines += 1;
    return lines > maxLines
      ? nonsense(`it sends more than ${maxLines} lines and no identification`)
      : null;
  };
  return {
    take(bytes) {
      let rest = bytes;
      while (rest.length > 0) {
        const end = rest.indexOf(lineFeed);
        line = Buffer.concat([line, end < 0 ? rest : rest.subarray(0, end)]);
        if (line.length > maxLine) {
          remember(line.subarray(0, keptText));
          return nonsense(`it sends a line of more than ${maxLine} bytes and no identification`);
        }
        if (end < 0) return more;
        rest = rest.subarray(end + 1);
        const found = endOfLine(rest);
        if (found !== null) return found;
        line = Buffer.alloc(0);
      }
      return more;
    },
    said: () => printable(`${text}${line.subarray(0, keptText).toString('latin1')}`),
  };
}

function judge(line: string, rest: Buffer): Identification {
  if (line.length + 2 > maxIdentification)
    return nonsense(`its identification is longer than ${maxIdentification} bytes`);
  // 1.99: one that also speaks the old protocol (RFC 4253 section 5.1).
  if (!/^SSH-(2\.0|1\.99)-[^ ]/.test(line))
    return nonsense(`it calls itself ${JSON.stringify(printable(line))}, which is no SSH 2`);
  return { kind: 'identified', line, rest };
}

/** Whatever a stranger says may end up in a terminal or a log. */
export const printable = (text: string, max = keptText): string =>
  text
    .slice(0, max)
    .replace(/[^\u0021-\u007e]+/g, ' ')
    .trim();
