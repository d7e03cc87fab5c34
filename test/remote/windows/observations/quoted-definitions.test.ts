import fc from 'fast-check';
import type { z } from 'zod';
import type { Observable } from '../../../../contracts/predicate';
import { hostPath, registryKey } from '../../../../contracts/predicate.schema';
import { probePlan, probeQuestions } from '../../../../remote/windows/probe-questions';
import { hotfixThatAsks } from './scripted-observations';

/** Everything that cmd.exe, reg, wmic and WQL have a meaning for, and some letters. */
const text = fc.string({
  unit: fc.constantFrom(...Array.from('\\()[]{}^&|<>\'"%!,;=*?@#~`$. '), 'a', 'B', '7', 'é', '中'),
  maxLength: 24,
});

const takenBy = (schema: z.ZodType<string>) => (given: string) => schema.safeParse(given).success;
const keys = text.map((rest) => `HKLM\\SOFTWARE\\${rest}`).filter(takenBy(registryKey));
const paths = text
  .map((rest) => `C:\\${rest}`)
  .filter(takenBy(hostPath))
  // One that may be a variable or not is refused by name.
  .filter((path) => !path.includes('%'));

const questionsOf = (observable: Observable): readonly string[] => {
  const question = hotfixThatAsks(observable);
  const usual = new Set(probeQuestions(question, probePlan(hotfixThatAsks()), []).map(whole));
  const all = probeQuestions(question, probePlan(question), []);
  return all.filter((one) => !usual.has(whole(one))).map(({ command }) => command);
};
const whole = (question: object): string => JSON.stringify(question);

/** The line without what stands between double quotes, in which cmd.exe sees no operator (`cmd /?`). */
function outsideQuotes(command: string): string {
  expect(command.split('"').length % 2).toBe(1);
  return command.replace(/"[^"]*"/g, '""');
}

describe('texts of a definition', () => {
  it('that name a registry key stay between their quotes', () => {
    fc.assert(
      fc.property(keys, (key) => {
        const asked = questionsOf({ kind: 'registry', key, value: null, test: { is: 'present' } });
        const above = '(reg query "" 2>nul';
        const [own = '', chain = ''] = asked.map(outsideQuotes);
        expect(own).toBe('reg query "" 2>&1');
        expect(chain.startsWith(above) && chain.endsWith(')')).toBe(true);
        expect(chain.slice(above.length, -1).replaceAll(' || reg query "" 2>nul', '')).toBe('');
        expect(asked[0]).toContain(`"${key}"`);
      }),
    );
  });

  it('that name a file stay between their quotes, and within those of WQL', () => {
    fc.assert(
      fc.property(paths, (path) => {
        const [command = ''] = questionsOf({ kind: 'file', path, test: { is: 'present' } });
        expect(outsideQuotes(command)).toBe('wmic datafile where "" get Version /value <nul 2>&1');
        const literal = /"name='(.*)'"/.exec(command)?.[1] ?? '';
        // A quote that no backslash keeps would end the literal.
        expect(literal.replace(/\\[\\']/g, '')).not.toMatch(/['\\]/);
        expect(literal.replace(/\\([\\'])/g, '$1')).toBe(path);
      }),
    );
  });
});
