import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { describeHotfix } from '../../hotfix/describe-hotfix';
import { loadHotfix } from '../../input';
import type { AddCommand } from '../context';
import { hotfixDir } from '../prepare';
import { hanging, outlined } from '../outline';
import { print, table, widthOf } from '../print';

export const addHotfix: AddCommand = (program, context) => {
  const hotfix = program.command('hotfix').description('Look at hotfix definitions');
  hotfix
    .command('list')
    .description('List the definitions that come with the program')
    .option('--json', 'print JSON')
    .action(
      context.action(async (options: { json?: boolean }) => {
        const names = (await readdir(hotfixDir())).filter((name) => name.endsWith('.yaml'));
        const found = await Promise.all(
          names.toSorted().map(async (name) => {
            const { value } = await loadHotfix(basename(name, '.yaml'), hotfixDir());
            return { id: value.id, title: value.title, reference: value.reference ?? null };
          }),
        );
        print(context.io, options.json === true, found, () =>
          table(
            ['HOTFIX', 'WHAT IT IS FOR'],
            found.map(({ id, title }) => [id, title]),
            context.io.stdout.columns,
          ),
        );
      }),
    );
  hotfix
    .command('check')
    .description('Check a hotfix definition and say in words what it does')
    .argument('<hotfix>', 'file of a definition, or the id of one that comes with the program')
    .option('--json', 'print JSON: the definition as the program understands it')
    .action(
      context.action(async (given: string, options: { json?: boolean }) => {
        const { value } = await loadHotfix(given, hotfixDir());
        print(context.io, options.json === true, value, () =>
          [
            ...hanging('', `${context.colors.bold(value.id)}: ${value.title}`, widthOf(context.io)),
            ...(value.reference === undefined ? [] : [value.reference]),
            ...describeHotfix(value).flatMap(({ heading, lines }) => [
              '',
              context.colors.bold(heading),
              ...outlined(lines, widthOf(context.io)),
            ]),
          ].join('\n'),
        );
      }),
    );
};
