import { stripVTControlCharacters } from 'node:util';
import picocolors from 'picocolors';
import { outlined } from '../../../clients/cli/outline';
import { table } from '../../../clients/cli/print';
import { printable, visibleWidth, wrap } from '../../../clients/cli/wrap';

const painted = picocolors.createColors(true);
const sentence = 'Error 0x55 for all 3 usable servers within 20 min, from 2 processes.';

describe('a sentence that is too long for its line', () => {
  it('is broken between words, and none of them is lost', () => {
    const lines = wrap(sentence, 20);
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(20);
    expect(lines.join(' ')).toBe(sentence);
  });

  it('is broken within a word that is longer than a line, and no character is lost', () => {
    const key = String.raw`HKLM\SYSTEM\CurrentControlSet\Services\DNS\Parameters`;
    expect(wrap(key, 10).join('')).toBe(key);
    expect(wrap(key, 10)[0]).toHaveLength(10);
  });

  it('keeps its colour in every line, and no line gives it to what stands beside it', () => {
    const lines = wrap(`it is ${painted.red(sentence)} so`, 20);
    expect(lines.map(stripVTControlCharacters).join(' ')).toBe(`it is ${sentence} so`);
    for (const line of lines.slice(1, -1)) {
      expect([line.slice(0, 5), line.slice(-4)]).toEqual(['\u001b[31m', '\u001b[0m']);
    }
    expect(lines.at(-1)).toMatch(/ so$/);
  });

  it('keeps its own line ends, and what is short as it is', () => {
    expect(wrap('one\ntwo', 20)).toEqual(['one', 'two']);
    expect(wrap(painted.red('one'), 3)).toEqual([painted.red('one')]);
    expect(wrap('', 3)).toEqual(['']);
  });
});

describe('what a host sent', () => {
  it('is shown, never obeyed by the terminal', () => {
    expect(printable('a\u001b]0;title\u0007b\r\u009b2J\u007f')).toBe('a␛]0;title␇b␍␡2J␡');
    expect(printable(`${painted.red('red')}\nnext`)).toBe(`${painted.red('red')}\nnext`);
    expect(table(['HOST'], [['ex\u001b[2J01']])).toContain('ex␛[2J01');
  });
});

describe('a table', () => {
  it('of 1,000 hosts has a row for each, its last column within the width', () => {
    const rows = Array.from({ length: 1000 }, (_, index) => [
      `ex${index}`,
      painted.red('affected'),
      `${sentence}\n${painted.dim(`${index} deciding events, log back to 2015-02-09`)}`,
    ]);
    const lines = table(['HOST', 'STATE', 'WHY'], rows, 60).split('\n');
    const shown = new Set(lines.map((line) => /^ex\d+/.exec(line)?.[0]));
    expect(rows.every(([host]) => shown.has(host))).toBe(true);
    expect(Math.max(...lines.map(visibleWidth))).toBeLessThanOrEqual(60);
    const second = lines.indexOf(lines.find((line) => line.startsWith('ex0 ')) ?? '') + 1;
    expect(lines[second]).toMatch(/^ {17}\S/);
  });

  it('without a width is never broken, so that it can be searched line by line', () => {
    const long = 'word '.repeat(200).trim();
    expect(table(['HOST', 'WHY'], [['ex01', long]]).split('\n')[1]).toBe(`ex01  ${long}`);
  });
});

describe('an outline', () => {
  it('puts parts below their line and further lines below the first', () => {
    const lines = outlined([{ text: 'all hold:', of: [{ text: sentence }, { text: 'b' }] }], 50);
    expect(lines).toEqual([
      '  - all hold:',
      '    - Error 0x55 for all 3 usable servers within',
      '      20 min, from 2 processes.',
      '    - b',
    ]);
  });
});
