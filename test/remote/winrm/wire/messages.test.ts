import { formatDuration, parseDuration } from '../../../../remote/winrm/wire/duration';
import { MessageRefused, parseEnvelope } from '../../../../remote/winrm/wire/envelope';
import { buildFaultBody, parseFault } from '../../../../remote/winrm/wire/fault';
import { cmdShellUri, ns, signalCodes } from '../../../../remote/winrm/wire/namespaces';
import { isIdentify, parseShellRequest } from '../../../../remote/winrm/wire/server-requests';
import * as answers from '../../../../remote/winrm/wire/server-responses';
import * as requests from '../../../../remote/winrm/wire/shell-requests';
import * as readers from '../../../../remote/winrm/wire/shell-responses';

const header = {
  to: 'https://host:5986/wsman',
  messageId: 'uuid:1',
  operationTimeoutMs: 20_000,
  maxEnvelopeBytes: 153_600,
};
const reply = { messageId: 'uuid:2', relatesTo: 'uuid:1' };
const soap = (body: string): Buffer =>
  Buffer.from(
    `<s:Envelope xmlns:s="${ns.soap}" xmlns:a="${ns.addressing}" xmlns:w="${ns.wsman}" xmlns:x="${ns.transfer}" xmlns:rsp="${ns.shell}"><s:Header/><s:Body>${body}</s:Body></s:Envelope>`,
  );

describe('what the client builds, the server reads', () => {
  test.each([
    {
      message: requests.buildCreate(header, { codePage: 65001, idleTimeoutMs: 180_000 }),
      request: {
        kind: 'create',
        codePage: 65001,
        idleTimeout: 'PT180.000S',
        workingDirectory: null,
        environment: {},
      },
    },
    {
      message: requests.buildCommand(header, 'S', 'echo "a & b" > %TEMP%\\ü.txt & exit 3'),
      request: {
        kind: 'command',
        shellId: 'S',
        commandLine: 'echo "a & b" > %TEMP%\\ü.txt & exit 3',
      },
    },
    {
      message: requests.buildReceive(header, 'S', 'C'),
      request: { kind: 'receive', shellId: 'S', commandId: 'C' },
    },
    {
      message: requests.buildSend(
        header,
        { shellId: 'S', commandId: 'C' },
        Buffer.from([0, 255]),
        false,
      ),
      request: {
        kind: 'send',
        shellId: 'S',
        commandId: 'C',
        bytes: Buffer.from([0, 255]),
        end: false,
      },
    },
    {
      message: requests.buildSend(header, { shellId: 'S', commandId: 'C' }, Buffer.alloc(0), true),
      request: { kind: 'send', shellId: 'S', commandId: 'C', bytes: Buffer.alloc(0), end: true },
    },
    {
      message: requests.buildTerminate(header, 'S', 'C'),
      request: { kind: 'signal', shellId: 'S', commandId: 'C', code: signalCodes.terminate },
    },
    { message: requests.buildDelete(header, 'S'), request: { kind: 'delete', shellId: 'S' } },
  ])('$request.kind', ({ message, request }) => {
    const envelope = parseEnvelope(message);
    expect(parseShellRequest(envelope)).toEqual(request);
    expect(envelope).toMatchObject({
      resourceUri: cmdShellUri,
      messageId: 'uuid:1',
      operationTimeoutMs: 20_000,
      maxEnvelopeBytes: 153_600,
    });
  });

  test('Create asks for no profile and UTF-8, Command for cmd.exe', () => {
    const create = parseEnvelope(
      requests.buildCreate(header, { codePage: 65001, idleTimeoutMs: 1 }),
    );
    expect(Object.fromEntries(create.options)).toEqual({
      WINRS_NOPROFILE: 'TRUE',
      WINRS_CODEPAGE: '65001',
    });
    const command = parseEnvelope(requests.buildCommand(header, 'S', 'ver'));
    expect(command.options.get('WINRS_SKIP_CMD_SHELL')).toBe('FALSE');
  });

  test('Identify', () => {
    expect(isIdentify(parseEnvelope(requests.buildIdentify()).body)).toBe(true);
    const answer = parseEnvelope(answers.buildIdentifyResponse('OS: 6.1.7601 SP: 1.0 Stack: 2.0'));
    expect(readers.parseIdentifyResponse(answer.body).productVersion).toContain('Stack: 2.0');
  });
});

describe('what the server builds, the client reads', () => {
  test.each(['2.0', '3.0'] as const)('the id of a shell made by WinRM %s', (stack) => {
    const message = answers.buildCreateResponse(reply, {
      shellId: 'S-1',
      address: 'http://host/wsman',
      stack,
      owner: 'DOM\\o&m',
      clientAddress: '::1',
      idleTimeoutMs: 1000,
    });
    expect(message.includes('rsp:ShellRunTime')).toBe(stack === '3.0');
    const envelope = parseEnvelope(message);
    expect(readers.parseCreateResponse(envelope.body)).toBe('S-1');
    expect(envelope.relatesTo).toBe('uuid:1');
  });

  test('the id of a command', () => {
    const { body } = parseEnvelope(answers.buildCommandResponse(reply, 'C-1'));
    expect(readers.parseCommandResponse(body)).toBe('C-1');
  });

  test.each([
    { exitCode: null, done: false },
    { exitCode: 0, done: true },
    { exitCode: 3010, done: true },
    { exitCode: 0x80070005, done: true },
    { exitCode: 0xffffffff, done: true },
  ])('output with exit code $exitCode', ({ exitCode, done }) => {
    const output = [
      { stream: 'stdout', bytes: Buffer.from('Grüße\r\n') },
      { stream: 'stderr', bytes: Buffer.from([0, 0xff]) },
    ] as const;
    const { body } = parseEnvelope(
      answers.buildReceiveResponse(reply, { commandId: 'C', output, exitCode }),
    );
    expect(readers.parseReceiveResponse(body, 'c')).toEqual({ output, done, exitCode });
  });

  test('a fault with its code, machine and message', () => {
    const { body } = parseEnvelope(
      answers.buildFault(reply, {
        code: 2150858793,
        machine: 'EX01',
        message: 'nothing yet',
        role: 'Receiver',
        subcode: 'TimedOut',
      }),
    );
    expect(parseFault(body)).toEqual({
      code: 2150858793,
      machine: 'EX01',
      message: 'nothing yet',
      provider: null,
      providerPath: null,
      providerFault: null,
      subcode: 'TimedOut',
    });
  });
});

describe('what other servers say', () => {
  test('output of another command is not taken for ours', () => {
    const body = parseEnvelope(
      soap(
        '<rsp:ReceiveResponse><rsp:Stream Name="stdout" CommandId="X">aGk=</rsp:Stream><rsp:CommandState CommandId="X" State="http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/Done"><rsp:ExitCode>1</rsp:ExitCode></rsp:CommandState></rsp:ReceiveResponse>',
      ),
    ).body;
    expect(readers.parseReceiveResponse(body, 'C')).toEqual({
      output: [],
      done: false,
      exitCode: null,
    });
  });

  test('a fault of a provider keeps its name, path and nested text', () => {
    const { body } = parseEnvelope(
      soap(
        `<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Detail><f:WSManFault xmlns:f="${ns.fault}" Code="2150859010" Machine="m"><f:Message><f:ProviderFault provider="WMI Provider" path="%systemroot%\\x.dll"><f:WSManFault Code="1"><f:Message>inner</f:Message></f:WSManFault></f:ProviderFault></f:Message></f:WSManFault></s:Detail></s:Fault>`,
      ),
    );
    expect(parseFault(body)).toMatchObject({
      code: 2150859010,
      provider: 'WMI Provider',
      providerPath: '%systemroot%\\x.dll',
      providerFault: 'inner',
      message: 'inner',
    });
  });

  test.each([
    { subcode: 'TimedOut', code: 2150858793 },
    { subcode: 'AccessDenied', code: 5 },
    { subcode: 'Unheard', code: null },
  ])('a fault that has only the subcode $subcode', ({ subcode, code }) => {
    const { body } = parseEnvelope(
      soap(
        `<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>q:${subcode}</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="de">Grund</s:Text></s:Reason></s:Fault>`,
      ),
    );
    expect(parseFault(body)).toMatchObject({ code, subcode, message: 'Grund' });
  });

  test('a body without fault is none', () => {
    expect(parseFault(parseEnvelope(soap('')).body)).toBeNull();
    expect(
      buildFaultBody({ code: 5, machine: '<', message: '&', role: 'Sender', subcode: 'x' }),
    ).toContain('Machine="&lt;"');
  });

  test.each([
    { what: 'Create without shell', read: () => readers.parseCreateResponse },
    { what: 'Command without id', read: () => readers.parseCommandResponse },
    { what: 'Identify without answer', read: () => readers.parseIdentifyResponse },
  ])('$what is refused', ({ read }) => {
    const { body } = parseEnvelope(soap('<rsp:CommandResponse/>'));
    expect(() => read()(body)).toThrow(MessageRefused);
  });

  test('an exit code that is no number is refused', () => {
    const { body } = parseEnvelope(
      soap(
        '<rsp:ReceiveResponse><rsp:CommandState State="http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/Done"><rsp:ExitCode>many</rsp:ExitCode></rsp:CommandState></rsp:ReceiveResponse>',
      ),
    );
    expect(() => readers.parseReceiveResponse(body, 'C')).toThrow('"many" is no exit code');
  });

  test.each([
    { what: 'another root', xml: '<html/>' },
    { what: 'SOAP 1.1', xml: '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"/>' },
    { what: 'no body', xml: `<Envelope xmlns="${ns.soap}"/>` },
  ])('a message with $what is refused', ({ xml }) => {
    expect(() => parseEnvelope(Buffer.from(xml))).toThrow(MessageRefused);
  });
});

test.each([
  { what: 'an unknown action', body: '' },
  { what: 'no action at all', body: '<rsp:Send/>' },
])('the server refuses $what', ({ body }) => {
  expect(() => parseShellRequest(parseEnvelope(soap(body)))).toThrow('is not supported');
});

test('the server refuses a request that lacks its shell, or its command', () => {
  const receive = requests.buildReceive(header, 'S', 'C').toString();
  const noShell = receive.replace(/<w:SelectorSet>.*<\/w:SelectorSet>/, '');
  expect(() => parseShellRequest(parseEnvelope(Buffer.from(noShell)))).toThrow('ShellId');
  const noCommand = receive.replace(/ CommandId="C"/, '');
  expect(() => parseShellRequest(parseEnvelope(Buffer.from(noCommand)))).toThrow('CommandId');
});

test.each([
  { text: 'PT20.000S', ms: 20_000 },
  { text: 'PT0.5S', ms: 500 },
  { text: 'P1DT2H3M4S', ms: 93_784_000 },
  { text: 'P0DT0H0M0S', ms: 0 },
  { text: 'PT', ms: null },
  { text: 'P', ms: null },
  { text: 'P1Y', ms: null },
  { text: '-PT5S', ms: null },
  { text: '20', ms: null },
])('the duration $text is $ms ms', ({ text, ms }) => {
  expect(parseDuration(text)).toBe(ms);
});

test('durations come back as they were written', () => {
  for (const ms of [0, 1, 500, 20_000, 61_500]) expect(parseDuration(formatDuration(ms))).toBe(ms);
});
