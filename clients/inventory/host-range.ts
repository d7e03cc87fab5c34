import { Unusable } from './origin';

/** Names of hosts as Ansible lets them be written: `web[01:50]`, `db-[a:f].contoso.test`, `ex01:5985`. */

/** 100,000 hosts are five fleets of the largest kind. */
const maxNames = 100_000;

const letters = Array.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ');

export interface HostNames {
  readonly names: readonly string[];
  readonly port: number | null;
}

export function expandHosts(written: string): HostNames {
  const { pattern, port } = splitPort(written);
  return { names: pattern.includes('[') ? expandRange(pattern) : [pattern], port };
}

/** As ansible.parsing.utils.addresses: what is no address with a port is a name as a whole. */
function splitPort(written: string): { pattern: string; port: number | null } {
  const match =
    /^\[(.+)\]:([0-9]+)$/.exec(written) ?? /^((?:[^:[\]]|\[[^\]]*\])*):([0-9]+)$/.exec(written);
  const [, address = '', port = ''] = match ?? [];
  if (match !== null && isAddress(address)) return { pattern: address, port: Number(port) };
  return { pattern: written, port: null };
}

const range = String.raw`\[(?:[a-z]:[a-z]|[0-9]+:[0-9]+)(?::[0-9]+)?\]`;
const label = String.raw`(?:[\p{L}\p{N}_]|${range})(?:[\p{L}\p{N}_-]|${range})*(?<![_-])`;
const hostName = new RegExp(String.raw`^${label}(?:\.${label})*$`, 'iu');
const ipv6 = /^(?=.*:.*:)[0-9a-f:.[\]]+$/i;

const isAddress = (text: string): boolean => hostName.test(text) || ipv6.test(text);

function expandRange(pattern: string): string[] {
  const open = pattern.indexOf('[');
  const close = pattern.indexOf(']', open);
  if (close < 0) {
    throw new Unusable(`has a [ that is not closed: ${pattern}`, 'write a range such as [01:20]');
  }
  const head = pattern.slice(0, open);
  const tail = pattern.slice(close + 1);
  const parts = sequence(pattern.slice(open + 1, close));
  const tails = tail.includes('[') ? expandRange(tail) : [tail];
  if (parts.length * tails.length > maxNames) {
    throw new Unusable(`stands for more than ${maxNames} hosts: ${pattern}`, 'shorten the range');
  }
  return parts.flatMap((part) => tails.map((rest) => `${head}${part}${rest}`));
}

/** `01:50`, `a:f`, `0:20:5`; both ends belong to it. */
function sequence(written: string): string[] {
  const bounds = written.split(':');
  const [from = '', to = '', stride = '1'] = bounds;
  if (bounds.length < 2 || bounds.length > 3)
    return refuse('has brackets without a range', written);
  if (to === '') return refuse('has a range without an end', written);
  if (!/^[0-9]*[1-9][0-9]*$/.test(stride)) return refuse('has a range with a wrong step', written);
  return namesBetween(from === '' ? '0' : from, to, Number(stride), written);
}

function namesBetween(begin: string, to: string, step: number, written: string): string[] {
  const width = widthOf(begin);
  if (width > 0 && width !== to.length) {
    return refuse('has a range whose ends differ in length', written);
  }
  if (isLetter(begin) && isLetter(to)) {
    return lettersFrom(begin, to, step) ?? refuse('has a range that runs backwards', written);
  }
  return numbersFrom({ begin, to, step, width }, written);
}

/** A leading zero keeps its place in every name: 01, 02, … 10. */
const widthOf = (begin: string): number => (/^0./.test(begin) ? begin.length : 0);

function refuse(message: string, written: string): never {
  const advice = 'write a range such as [01:20], [a:f] or [0:20:5]';
  throw new Unusable(`${message}: [${written}]`, advice);
}

function numbersFrom(
  { begin, to, step, width }: { begin: string; to: string; step: number; width: number },
  written: string,
): string[] {
  const isNumeric = /^[0-9]+$/.test(begin) && /^[0-9]+$/.test(to);
  if (!isNumeric) return refuse('has a range without numbers', written);
  const count = Math.floor((Number(to) - Number(begin)) / step) + 1;
  if (count > maxNames) return refuse(`has a range of more than ${maxNames} hosts`, written);
  return Array.from({ length: Math.max(0, count) }, (_, index) =>
    String(Number(begin) + index * step).padStart(width, '0'),
  );
}

const isLetter = (text: string): boolean => /^[A-Za-z]$/.test(text);

function lettersFrom(from: string, to: string, step: number): string[] | null {
  const [first, last] = [letters.indexOf(from), letters.indexOf(to)];
  if (first > last) return null;
  return letters.filter((_, at) => at >= first && at <= last && (at - first) % step === 0);
}
