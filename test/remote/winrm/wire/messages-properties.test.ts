import fc from 'fast-check';
import { MessageRefused, parseEnvelope } from '../../../../remote/winrm/wire/envelope';
import { parseFault } from '../../../../remote/winrm/wire/fault';
import { parseShellRequest } from '../../../../remote/winrm/wire/server-requests';
import * as answers from '../../../../remote/winrm/wire/server-responses';
import * as requests from '../../../../remote/winrm/wire/shell-requests';
import * as readers from '../../../../remote/winrm/wire/shell-responses';
import { XmlRefused, isXmlText } from '../../../../remote/winrm/wire/xml';

const header = {
  to: 'https://host:5986/wsman',
  messageId: 'uuid:1',
  operationTimeoutMs: 20_000,
  maxEnvelopeBytes: 153_600,
};
const reply = { messageId: 'uuid:2', relatesTo: 'uuid:1' };

/** Any text that a message can carry at all: markup, quotes, line ends, characters of all planes. */
const text = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(']]>', '&amp;', '\r\n', '<a b="c">'),
  )
  .filter(isXmlText);
const id = fc.uuid();
const bytes = fc.uint8Array({ maxLength: 300 }).map((one) => Buffer.from(one));

describe('decode(encode(x)) is x', () => {
  test('for a command line, whatever stands in it', () => {
    fc.assert(
      fc.property(id, text, (shellId, commandLine) => {
        const message = requests.buildCommand(header, shellId, commandLine);
        expect(parseShellRequest(parseEnvelope(message))).toEqual({
          kind: 'command',
          shellId,
          commandLine,
        });
      }),
    );
  });

  test('for standard input', () => {
    fc.assert(
      fc.property(id, id, bytes, fc.boolean(), (shellId, commandId, input, end) => {
        const message = requests.buildSend(header, { shellId, commandId }, input, end);
        expect(parseShellRequest(parseEnvelope(message))).toEqual({
          kind: 'send',
          shellId,
          commandId,
          bytes: input,
          end,
        });
      }),
    );
  });

  test('for output and exit codes, as the client reads them', () => {
    const piece = fc.record({
      stream: fc.constantFrom('stdout' as const, 'stderr' as const),
      bytes: bytes.filter(({ length }) => length > 0),
    });
    const exitCode = fc.option(fc.integer({ min: 0, max: 0xffffffff }));
    fc.assert(
      fc.property(id, fc.array(piece, { maxLength: 4 }), exitCode, (commandId, output, code) => {
        const message = answers.buildReceiveResponse(reply, { commandId, output, exitCode: code });
        expect(readers.parseReceiveResponse(parseEnvelope(message).body, commandId)).toEqual({
          output,
          done: code !== null,
          exitCode: code,
        });
      }),
    );
  });

  test('for faults', () => {
    const fault = fc.record({
      code: fc.integer({ min: 1, max: 0xffffffff }),
      machine: text,
      message: text.map((one) => `x${one.replaceAll(/\s/g, ' ')}x`),
      role: fc.constantFrom('Sender' as const, 'Receiver' as const),
      subcode: fc.constantFrom('TimedOut', 'QuotaLimit', 'InternalError'),
    });
    fc.assert(
      fc.property(fault, (given) => {
        const { code, machine, message, subcode } = given;
        const { body } = parseEnvelope(answers.buildFault(reply, given));
        expect(parseFault(body)).toMatchObject({ code, machine, message, subcode });
      }),
    );
  });
});

const samples: { readonly name: string; readonly message: Buffer }[] = [
  { name: 'Create', message: requests.buildCreate(header, { codePage: 65001, idleTimeoutMs: 1 }) },
  { name: 'Command', message: requests.buildCommand(header, 'S', 'echo "ü" & exit 3') },
  { name: 'Identify', message: requests.buildIdentify() },
  {
    name: 'the answer to Receive',
    message: answers.buildReceiveResponse(reply, {
      commandId: 'C',
      output: [{ stream: 'stdout', bytes: Buffer.from('Grüße') }],
      exitCode: 3010,
    }),
  },
  {
    name: 'a fault',
    message: answers.buildFault(reply, {
      code: 5,
      machine: 'ÜX01',
      message: 'Zugriff verweigert',
      role: 'Sender',
      subcode: 'AccessDenied',
    }),
  },
];

test.each(samples)('$name that ends after any of its bytes is refused', ({ message }) => {
  const taken = [...message.keys()].filter((length) => !isRefused(message.subarray(0, length)));
  expect(taken).toEqual([]);
  expect(isRefused(message)).toBe(false);
});

function isRefused(message: Buffer): boolean {
  try {
    parseEnvelope(message);
    return false;
  } catch (error) {
    if (error instanceof XmlRefused || error instanceof MessageRefused) return true;
    throw error;
  }
}
