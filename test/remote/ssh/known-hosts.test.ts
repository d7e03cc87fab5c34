import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { lookupName, matchesName, parseKnownHosts } from '../../../remote/ssh/known-hosts';
import { judgeTest } from '../../judges/judge';
import { ed25519KeyPair } from '../../key-pair';
import { hasSshd } from '../../peers/sshd';

const run = promisify(execFile);
const [kind = '', key = ''] = ed25519KeyPair().public.split(' ');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'known-hosts-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Numbers of the lines that ssh-keygen finds for a host. */
async function judgedLines(host: string, file: string): Promise<number[]> {
  const found = await run('ssh-keygen', ['-F', host, '-f', file]).catch(
    (error: { code: number; stdout: string }) => {
      if (error.code === 1) return error;
      throw error;
    },
  );
  return [...found.stdout.matchAll(/^# Host .* found: line (\d+)/gm)].map(([, line]) =>
    Number(line),
  );
}

const ourLines = (host: string, text: string): number[] =>
  parseKnownHosts(text, 'file')
    .keys.filter(({ names }) => matchesName(names, host))
    .map(({ line }) => line);

// Few letters, so that patterns and hosts meet.
const host = fc
  .tuple(fc.stringMatching(/^[ab.]{1,6}$/), fc.option(fc.constantFrom(23, 2222)))
  .map(([name, port]) => lookupName(name, port ?? 22));
const pattern = fc
  .tuple(
    fc.constantFrom('', '', '!'),
    fc.stringMatching(/^[abA.*?]{1,6}$/),
    fc.constantFrom('', '', ':23', ':*', ':2222'),
  )
  .map(([not, name, port]) => `${not}${port === '' ? name : `[${name}]${port}`}`);
const anyLine = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.constantFrom('', '', '@revoked ', '@cert-authority '),
        fc.array(pattern, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(' ', '\t', '  '),
        fc.constantFrom('', ' comment of two words'),
      )
      .map(
        ([marker, names, blank, comment]) =>
          `${marker}${names.join(',')}${blank}${kind} ${key}${comment}`,
      ),
  },
  fc.constantFrom(
    '',
    '# a comment',
    `* ${kind}`,
    `* ssh-rsa ${key}`,
    `* ${kind} ${key.slice(0, 40)}`,
    `@unknown * ${kind} ${key}`,
    '*',
  ),
);

describe('lines of known_hosts', () => {
  judgeTest('stand for the hosts that ssh-keygen -F finds them for', hasSshd, async () => {
    const file = join(folder, 'generated');
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyLine, { minLength: 1, maxLength: 12 }),
        fc.array(host, { minLength: 1, maxLength: 3 }),
        async (lines, hosts) => {
          const text = `${lines.join('\n')}\n`;
          await writeFile(file, text);
          // -F finds names only and does not look at the keys beside them.
          const broken = parseKnownHosts(text, file).broken.map(({ line }) => line);
          for (const one of hosts) {
            const judged = await judgedLines(one, file);
            expect(ourLines(one, text)).toEqual(judged.filter((at) => !broken.includes(at)));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  judgeTest(
    'that ssh-keygen -H has hashed stand for the same hosts as before',
    hasSshd,
    async () => {
      const file = join(folder, 'hashed');
      const name = fc
        .tuple(fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,20}$/), fc.constantFrom(22, 2222))
        .map(([address, port]) => lookupName(address, port));
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(name, { minLength: 2, maxLength: 6 }),
          async ([stranger = '', ...names]) => {
            await writeFile(file, `${names.map((one) => `${one} ${kind} ${key}`).join('\n')}\n`);
            await run('ssh-keygen', ['-q', '-H', '-f', file]);
            const text = await readFile(file, 'utf8');
            expect(text).toMatch(/^\|1\|/);
            names.forEach((one, index) => expect(ourLines(one, text)).toEqual([index + 1]));
            expect(ourLines(stranger, text)).toEqual([]);
          },
        ),
        { numRuns: 15 },
      );
    },
  );

  it('that cannot be read are passed over and told', () => {
    const text = [`a ${kind} ${key}`, '# comment', 'b ssh-rsa', '', '@mark c'].join('\r\n');
    expect(parseKnownHosts(text, 'f')).toEqual({
      keys: [
        { marker: null, names: 'a', kind, key: Buffer.from(key, 'base64'), file: 'f', line: 1 },
      ],
      broken: [
        { names: 'b', file: 'f', line: 3 },
        { names: null, file: 'f', line: 5 },
      ],
    });
  });

  it('of many stars are decided at once', () => {
    const stars = `${'*a'.repeat(60)}b`;
    const startedAt = performance.now();
    expect(matchesName(stars, 'a'.repeat(250))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
