import type { Call, Command, Runspace } from './command';
import { textGiven } from './command';
import { exchangeCommands, exchangeScripts } from './exchange-commands';
import type { Value } from './values';
import { StatementError, isTrue } from './values';

const runBlock = ({ given, runBlock: run }: Call, item: Value): readonly Value[] => {
  const block = given.get('Block');
  return block !== undefined && 'stages' in block ? run(block, item) : [];
};

const builtIn: readonly Command[] = [
  {
    name: 'Add-PSSnapin',
    parameters: ['Name'],
    switches: [],
    positions: ['Name'],
    run(call) {
      const name = textGiven(call, 'Name');
      if (name.toLowerCase() !== 'microsoft.exchange.management.powershell.e2010') {
        throw new StatementError(
          `Add-PSSnapin : No Windows PowerShell snap-ins matching the pattern '${name}' were found.`,
          `InvalidArgument: (${name}:String) [Add-PSSnapin], PSArgumentException`,
          'AddPSSnapInRead,Microsoft.PowerShell.Commands.AddPSSnapinCommand',
        );
      }
      call.space.hasExchange = true;
      return [];
    },
  },
  {
    name: 'Join-Path',
    parameters: ['Path', 'ChildPath'],
    switches: [],
    positions: ['Path', 'ChildPath'],
    run: (call) => [
      `${textGiven(call, 'Path').replace(/\\$/, '')}\\${textGiven(call, 'ChildPath')}`,
    ],
  },
  {
    name: 'Where-Object',
    parameters: ['Block'],
    switches: [],
    positions: ['Block'],
    run: (call) => call.input.filter((item) => isTrue(runBlock(call, item))),
  },
  {
    name: 'ForEach-Object',
    parameters: ['Block'],
    switches: [],
    positions: ['Block'],
    run: (call) => call.input.flatMap((item) => runBlock(call, item)),
  },
  {
    name: 'Select-Object',
    parameters: ['First'],
    switches: [],
    positions: [],
    run: (call) => call.input.slice(0, Number(textGiven(call, 'First'))),
  },
];

/** Of cmdlets those of Exchange only once its snap-in is there; scripts by their path. @throws StatementError */
export function commandNamed(name: string, space: Runspace): Command {
  const known = [...builtIn, ...(space.hasExchange ? exchangeCommands : []), ...exchangeScripts];
  const found = known.find((command) => command.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  throw new StatementError(
    `The term '${name}' is not recognized as the name of a cmdlet, function, script file, or operable program. Check the spelling of the name, or if a path was included, verify that the path is correct and try again.`,
    `ObjectNotFound: (${name}:String) [], CommandNotFoundException`,
    'CommandNotFoundException',
  );
}
