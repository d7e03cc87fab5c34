import type { Invocation, Program } from '../process/invocation';
import { convertFile, type Conversion } from './certutil/convert-file';
import { hashFile } from './certutil/hash-file';
import { asVerbFailure, hex, type VerbFailed } from './certutil/result';
import { decodeHex, decodeText, encodeText } from './certutil/text-forms';
import { urlCache } from './certutil/url-cache';

const conversions: ReadonlyMap<string, Conversion> = new Map([
  ['decode', { routine: 'DecodeFile', convert: decodeText }],
  ['decodehex', { routine: 'DecodeFile', convert: decodeHex }],
  ['encode', { routine: 'EncodeToFile', convert: encodeText }],
]);

const usages: ReadonlyMap<string, string> = new Map([
  ['decode', 'InFile OutFile'],
  ['decodehex', 'InFile OutFile'],
  ['encode', 'InFile OutFile'],
  ['hashfile', 'InFile [HashAlgorithm]'],
  ['urlcache', '[URL | CRL | * [delete]]'],
]);

/** Options that are no verb; of these only -f changes anything here. */
const options: ReadonlySet<string> = new Set([
  'f',
  'v',
  'gmt',
  'seconds',
  'silent',
  'split',
  'user',
  'unicode',
]);

interface CommandLine {
  readonly verb: string | null;
  readonly operands: string[];
  readonly overwrites: boolean;
  readonly asksHelp: boolean;
}

/** Texts of failures are common knowledge of 2008 R2; everything goes to standard output, as there. */
export const certutil: Program = async (invocation) => {
  const { verb, operands, overwrites, asksHelp } = readCommand(invocation.args);
  if (asksHelp || verb === null) return help(invocation, verb);
  const conversion = conversions.get(verb);
  if (!usages.has(verb)) return unknownVerb(invocation, verb);
  try {
    if (verb === 'urlcache') await urlCache(invocation, operands, overwrites);
    else if (conversion === undefined) hashFile(invocation, operands);
    else convertFile(invocation, conversion, operands, overwrites);
  } catch (error) {
    return fail(invocation, verb, operands.length, asVerbFailure(error));
  }
  invocation.stdout.line(`CertUtil: -${shownVerb(verb)} command completed successfully.`);
  return 0;
};

function readCommand(args: readonly string[]): CommandLine {
  let verb: string | null = null;
  let overwrites = false;
  let asksHelp = false;
  const operands: string[] = [];
  for (const arg of args) {
    const word = /^[-/](\S+)$/.exec(arg)?.[1]?.toLowerCase();
    if (word === '?') asksHelp = true;
    else if (word !== undefined && options.has(word)) overwrites ||= word === 'f';
    else if (word !== undefined && verb === null) verb = word;
    else operands.push(arg);
  }
  return { verb, operands, overwrites, asksHelp };
}

function fail(invocation: Invocation, verb: string, operands: number, failure: VerbFailed): number {
  const { stdout } = invocation;
  if (failure.code === 0x80070057) tellUsage(invocation, verb, operands);
  stdout.line(
    `CertUtil: -${shownVerb(verb)} command FAILED: ${hex(failure.code)} (${failure.origin})`,
  );
  stdout.line(`CertUtil: ${failure.message}`);
  return failure.code;
}

/** The one verb that is printed as its manual writes it, however it was typed. */
const shownVerb = (verb: string): string => (verb === 'urlcache' ? 'URLCache' : verb);

function tellUsage({ stdout }: Invocation, verb: string, count: number): void {
  const [least, most] = verb === 'hashfile' ? [1, 2] : [2, 2];
  const isShort = count < least;
  stdout.line(
    `Expected ${isShort ? `at least ${least}` : `no more than ${most}`} args, received ${count}`,
  );
  stdout.line(`CertUtil: ${isShort ? 'Missing argument' : 'Too many arguments'}`);
  stdout.text(`\r\nUsage:\r\n  CertUtil [Options] -${verb} ${usages.get(verb) ?? ''}\r\n\r\n`);
}

function unknownVerb({ stdout }: Invocation, verb: string): number {
  stdout.text(`Unknown arg: -${verb}\r\n\r\n`);
  stdout.line('CertUtil -?              -- Display a verb list (command list)');
  return 0x80070057;
}

function help({ stdout }: Invocation, verb: string | null): number {
  stdout.text('\r\nVerbs:\r\n');
  for (const [name, usage] of usages) {
    if (verb === null || verb === name) stdout.line(`  -${name.padEnd(16)} -- ${usage}`);
  }
  stdout.line('CertUtil: -? command completed successfully.');
  return 0;
}
