import fc from 'fast-check';
import { parseServices } from '../../../remote/windows/service-list';
import { parseValueBlocks, propertyOf } from '../../../remote/windows/value-blocks';

/** As wmic lays a table out: every column as wide as its widest text and two blanks. */
function tableOf(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [names, ...rows];
  const widths = names.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0)) + 2);
  const lines = all.map((row) => row.map((text, at) => text.padEnd(widths[at] ?? 0)).join(''));
  return lines.map((line) => `${line}\r\n`).join('');
}

describe('a table of wmic', () => {
  it('is read as `/value` is', () => {
    const text =
      'Name              ProcessID  StartMode  State    \r\n' +
      'BITS              0          Manual     Stopped  \r\n' +
      'Eventlog          196        Auto       Running  \r\n';
    expect(parseServices(text)).toEqual([
      { name: 'BITS', state: 'stopped', startMode: 'manual', processId: 0 },
      { name: 'Eventlog', state: 'running', startMode: 'auto', processId: 196 },
    ]);
  });

  it('gives back what was put into it, whatever texts those are', () => {
    const cell = fc
      .stringMatching(/^([!-~é]([ -~é]{0,20}[!-~é])?)?$/)
      .filter((text) => !/^\w+=/.test(text));
    const table = fc
      .uniqueArray(fc.stringMatching(/^[A-Za-z]\w{0,11}$/), {
        minLength: 1,
        maxLength: 5,
        selector: (name) => name.toLowerCase(),
      })
      .chain((names) =>
        fc.tuple(
          fc.constant(names),
          fc.array(
            fc.tuple(...names.map(() => cell)).filter((row) => row.some((text) => text !== '')),
            {
              maxLength: 6,
            },
          ),
        ),
      );
    fc.assert(
      fc.property(table, ([names, rows]) => {
        const blocks = parseValueBlocks(tableOf(names, rows));
        const asked = blocks.map((block) =>
          names.map((name) => propertyOf(block, name.toUpperCase())),
        );
        expect(asked).toEqual(rows.map((row) => [...row]));
      }),
    );
  });

  it('is not believed when a row does not keep to its columns', () => {
    const text = 'Name  State    \r\nBITS  Stopped  \r\nA long name  Running  \r\n';
    expect(parseValueBlocks(text)).toEqual([]);
  });

  it.each([
    'No Instance(s) Available.\r\r\n',
    'Error: Alias not found\r\n',
    '',
    'Invalid Verb.\r\n0\r\n',
  ])('is not seen in %j', (text) => expect(parseValueBlocks(text)).toEqual([]));

  it('is not looked for where there are values', () => {
    expect(parseValueBlocks('Name  State\r\nName=BITS\r\nState=Stopped\r\n')).toEqual([
      { Name: 'BITS', State: 'Stopped' },
    ]);
  });
});
