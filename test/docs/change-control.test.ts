import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { noticeEvents } from '../../contracts/notification';
import { rolloutPhases, rolloutResults } from '../../contracts/outcome';
import { parsePlan } from '../../contracts/plan.schema';

const read = (name: string): string =>
  readFileSync(join(__dirname, '../../docs', `${name}.md`), 'utf8');
const text = read('change-control');
const [, block = ''] = /^```yaml\n([^]*?)^```/m.exec(text) ?? [];

describe('docs/change-control.md', () => {
  it('shows parts of a plan that the program takes', () => {
    const parsed = parsePlan({
      change: 'CHG1',
      hotfix: 'KB3004383',
      hosts: { names: ['ex01'] },
      ...(parse(block) as object),
    });
    expect(parsed).toMatchObject({ ok: true });
    expect(block).not.toBe('');
  });
});

describe('docs/glossary.md', () => {
  it.each([...rolloutPhases, ...rolloutResults])('knows what %s is called', (word) => {
    expect(read('glossary')).toMatch(new RegExp(`[\`\\s]${word}[,\`;]`));
  });
});

describe('docs/notifications.md', () => {
  it.each(noticeEvents)('names %s', (event) => {
    expect(read('notifications')).toContain(`\`${event}\``);
  });
});
