import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Outline } from '../../../clients/cli/outline';
import { describeHotfix } from '../../../clients/hotfix/describe-hotfix';
import type { Hotfix } from '../../../contracts/hotfix';
import { parseHotfix } from '../../../contracts/hotfix.schema';
import { valueOf } from '../../../contracts/parsed.schema';
import { hotfixDir } from '../input/files';

const shipped = readdirSync(hotfixDir).filter((name) => name.endsWith('.yaml'));
const rawOf = (file: string): Record<string, unknown> =>
  parse(readFileSync(join(hotfixDir, file), 'utf8')) as Record<string, unknown>;
const hotfixOf = (raw: unknown): Hotfix => valueOf(parseHotfix(raw), 'the definition');

const textOf = ({ text, of = [] }: Outline): string => [text, ...of.map(textOf)].join('\n');
const sectionsOf = (hotfix: Hotfix): { readonly [heading: string]: string } =>
  Object.fromEntries(
    describeHotfix(hotfix).map(({ heading, lines }) => [heading, lines.map(textOf).join('\n')]),
  );
const wordsOf = (hotfix: Hotfix): string => Object.values(sectionsOf(hotfix)).join('\n');

/** A definition with as little as one may have, and what a test adds. */
const least = (changes: object = {}): Hotfix =>
  hotfixOf({
    id: 'KB1234567',
    title: 'a title',
    applicability: {
      os: {
        version: '6.3.9600',
        servicePack: 0,
        architectures: ['x64'],
        productTypes: ['server'],
      },
    },
    affected: { rule: { service: { name: 'DNS', is: 'running' } } },
    install: { packageIdentity: 'Package_for_KB1234567~' },
    verification: {},
    fallback: { services: ['^DNS$'], actions: ['restart-services'] },
    ...changes,
  });

/** Every word of a definition that a person has to be told: names, versions, keys, codes. */
function tellingValues(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(tellingValues);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) =>
      // Which field of the event, and which processes: for the program, not for people.
      /field$|^(id|title|reference|valueEndsWith|class|kind)$/i.test(key)
        ? []
        : tellingValues(inner),
    );
  }
  return typeof value === 'string' && /[\\.^]|_for_|^KB\d/.test(value)
    ? [value.replace(/~$/, '')]
    : [];
}

describe('a definition in words', () => {
  it.each(shipped)('%s: names every path, key, version, service and package of it', (file) => {
    const raw = rawOf(file);
    const words = wordsOf(hotfixOf(raw));
    const values = tellingValues(raw);
    expect(values.length).toBeGreaterThan(3);
    expect(values.filter((value) => !words.includes(value))).toEqual([]);
  });

  it('of KB3004383 tells the burst, its servers, other problems, and when silence proves nothing', () => {
    const words = sectionsOf(hotfixOf(rawOf('KB3004383.yaml')))['The event that shows it'];
    expect(words).toContain('within 20 minutes, at least for 2 servers or from 2 processes');
    expect(words).toContain(
      'anywhere in the last 14 days; the program that logs them says a thing',
    );
    expect(words).toContain('once in 15 minutes');
    expect(words).toContain('those of its newest event 2080');
    expect(words).toContain('0x51 (ServerDown)');
    expect(words).toContain('does not reach back 14 days');
    expect(words).toContain('is below 1, for then nothing is logged');
  });

  it('names the servers that an operator gave in place of the event', () => {
    const raw = rawOf('KB3004383.yaml');
    const symptom = { ...(raw['symptom'] as object), domainControllers: ['dc9.contoso.test'] };
    const words = wordsOf(hotfixOf({ ...raw, symptom }));
    expect(words).toContain('the servers that a host can use are dc9.contoso.test');
    expect(words).not.toContain('newest event 2080');
  });

  it('says what must not hold as a no, alone and of several', () => {
    const dns = { service: { name: 'DNS', is: 'running' } };
    const web = { service: { name: 'W3SVC', is: 'disabled' } };
    const heading = 'A host is affected when';
    expect(sectionsOf(least({ affected: { rule: { none: [dns] } } }))[heading]).toBe(
      'not: the service DNS runs',
    );
    expect(sectionsOf(least({ affected: { rule: { none: [dns, web] } } }))[heading]).toBe(
      'none of these holds:\nthe service DNS runs\nthe service W3SVC is disabled',
    );
    expect(
      sectionsOf(least({ affected: { rule: { none: [{ all: [dns, web] }] } } }))[heading],
    ).toBe('not:\nall of these hold:\nthe service DNS runs\nthe service W3SVC is disabled');
  });

  it.each([
    { reboot: 'required', says: 'then the host is rebooted', boots: true },
    { reboot: 'if-requested', says: 'if the installer asks for it', boots: false },
    { reboot: 'none', says: 'without a reboot', boots: false },
  ])('with reboot: $reboot says "$says"', ({ reboot, says, boots }) => {
    const install = { packageIdentity: 'Package_for_KB1234567~', reboot };
    const sections = sectionsOf(least({ install }));
    expect(sections['What is installed']).toContain(says);
    expect(sections['A host is fixed when']?.includes('another boot')).toBe(boots);
  });

  it('numbers several actions, and not a single one', () => {
    const actions = [
      { stopService: { name: 'DNS', disable: true } },
      { deleteRegistry: { key: 'HKLM\\SOFTWARE\\X', value: 'Y' } },
      { setRegistry: { key: 'HKLM\\SOFTWARE\\X', value: 'Z', data: 65280 } },
      { setRegistry: { key: 'HKLM\\SOFTWARE\\X', value: 'T', data: 'text' } },
      { runCommand: { command: 'fix.exe /q', timeout: '2m', done: [0, 3010] } },
      'recycle-pools',
    ];
    const workaround = (given: unknown[]): readonly Outline[] =>
      describeHotfix(least({ fallback: { services: [], actions: given } })).at(-1)?.lines ?? [];
    const several = workaround(actions);
    expect(several.map(({ mark }) => mark)).toEqual([
      '1.',
      '2.',
      '3.',
      '4.',
      '5.',
      '6.',
      undefined,
    ]);
    expect(several.map(({ text }) => text)).toEqual([
      'stop the service DNS and keep it from starting again',
      String.raw`delete HKLM\SOFTWARE\X\Y`,
      String.raw`set HKLM\SOFTWARE\X\Z to 65280 (0xFF00)`,
      String.raw`set HKLM\SOFTWARE\X\T to "text"`,
      'run fix.exe /q (at most 2 minutes; done with exit code 0 or 3010)',
      'recycle no IIS pool: the definition names none',
      'it helped when the host is then no longer affected',
    ]);
    expect(workaround(actions.slice(0, 1)).map(({ mark }) => mark)).toEqual([undefined, undefined]);
  });

  it('tells exit codes that the definition explains', () => {
    const exitCodes = { '0x80070070': { meaning: 'needs-a-person', message: 'the disk is full' } };
    const install = { packageIdentity: 'Package_for_KB1234567~', exitCodes };
    expect(wordsOf(least({ install }))).toContain(
      'its exit code 2147942512 means needs-a-person: the disk is full',
    );
  });
});
