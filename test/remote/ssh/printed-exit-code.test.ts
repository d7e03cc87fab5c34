import fc from 'fast-check';
import type { RanCommand } from '../../../remote/ssh/command';
import { keepOutput } from '../../../remote/ssh/output';
import { takeExitCode } from '../../../remote/ssh/printed-exit-code';
import { roomForExitCode } from '../../../remote/ssh/shell-wrapping';

const marker = '#0123456789abcdef';
/** Also with the beginnings of the marker itself in it. */
const bytes = fc
  .array(
    fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.constantFrom('#', '#01', '\r\n', '3010 \r\n')),
    {
      maxLength: 8,
    },
  )
  .map((parts) => Buffer.concat(parts.map((part) => Buffer.from(part as string))));
const code = fc.integer({ min: -0x80000000, max: 0x7fffffff });

/** As the transport would have it of a stream that comes in pieces. */
function ran(
  stdout: Buffer,
  pieceBytes: number,
  max: number,
  stderr = Buffer.alloc(0),
): RanCommand {
  const kept = keepOutput(max + roomForExitCode);
  const errors = keepOutput(max + roomForExitCode);
  for (let at = 0; at < stdout.length; at += pieceBytes)
    kept.add(stdout.subarray(at, at + pieceBytes));
  errors.add(stderr);
  return {
    exitCode: 0,
    stdout: kept.bytes(),
    stderr: errors.bytes(),
    stdoutEnd: kept.end(),
    truncated: kept.truncated || errors.truncated,
    timedOut: false,
    durationMs: 1,
  };
}

describe('an exit code that is printed behind the output', () => {
  it('is found and taken out, whatever the output is, how it comes, and how much of it is kept', () => {
    fc.assert(
      fc.property(
        bytes,
        bytes,
        code,
        fc.integer({ min: 1, max: 80 }),
        fc.nat(400),
        (out, err, exitCode, piece, max) => {
          const stdout = Buffer.concat([out, Buffer.from(`${marker}${exitCode}\r\n`)]);
          expect(takeExitCode(ran(stdout, piece, max, err), marker, max)).toEqual({
            exitCode: exitCode >>> 0,
            stdout: out.subarray(0, max),
            stderr: err.subarray(0, max),
            truncated: out.length > max || err.length > max,
            timedOut: false,
            durationMs: 1,
          });
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('is unknown when it was cut anywhere', () => {
    fc.assert(
      fc.property(bytes, code, fc.nat(40), fc.nat(200), (out, exitCode, missing, max) => {
        const tail = Buffer.from(`${marker}${exitCode}\r\n`);
        const cut = Buffer.concat([out, tail.subarray(0, Math.max(0, tail.length - 1 - missing))]);
        expect(takeExitCode(ran(cut, 16, max), marker, max)).toBeNull();
      }),
      { numRuns: 1000 },
    );
  });

  it('is found before what the command left running has printed since', () => {
    const stdout = Buffer.from(`before${marker}-2145124329\r\nafter`);
    expect(takeExitCode(ran(stdout, 100, 100), marker, 100)).toMatchObject({
      exitCode: 2149842967,
      stdout: Buffer.from('beforeafter'),
    });
  });

  it('is not waited for when the command was ended', () => {
    const ended = { ...ran(Buffer.from('some'), 9, 2), exitCode: null, timedOut: true };
    expect(takeExitCode(ended, marker, 2)).toMatchObject({
      exitCode: null,
      stdout: Buffer.from('so'),
      truncated: true,
      timedOut: true,
    });
  });

  it.each(['99999999999', '4294967296', '-2147483649', '', '1x'])(
    'is none when it is %j',
    (text) => {
      expect(takeExitCode(ran(Buffer.from(`${marker}${text}\r\n`), 9, 99), marker, 99)).toBeNull();
    },
  );
});
