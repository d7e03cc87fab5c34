import fc from 'fast-check';

import type { Dependents } from '../../../remote/windows/service-dependents';
import { needs, parseDependents } from '../../../remote/windows/service-dependents';
import { planRestart } from '../../../remote/windows/service-plan';
import type { ServiceTable } from '../../../remote/windows/service-table';

const root = 'MSExchangeADTopology';
const auto = (...names: string[]) => names.map((name) => ({ name, startMode: 'auto' as const }));
const manual = (...names: string[]) =>
  names.map((name) => ({ name, startMode: 'manual' as const }));

describe('the order of a restart', () => {
  // Edges of an Exchange 2016 server: everything needs the topology service, which needs Netlogon and port sharing.
  const exchange: Dependents = {
    msexchangeadtopology: ['MSExchangeIS', 'MSExchangeTransport', 'MSExchangeUM', 'MSExchangePop3'],
    nettcpportsharing: [
      root,
      'MSExchangeIS',
      'MSExchangeTransport',
      'MSExchangeUM',
      'MSExchangePop3',
    ],
    fms: ['MSExchangeTransport'],
    keyiso: ['MSExchangeUM'],
  };
  const watchdogs = ['MSExchangeHMRecovery', 'msexchangehm'];

  it('is watchdogs, what nothing needs, what that needed, the root, what the root needs; and back', () => {
    const services = [
      ...auto('NetTcpPortSharing', 'FMS', root, 'MSExchangeIS', 'MSExchangeTransport'),
      ...auto('MSExchangeHM', 'MSExchangeHMRecovery'),
      ...manual('MSExchangePop3'),
    ];
    expect(planRestart(services, exchange, { watchdogs, root: root.toUpperCase() })).toEqual({
      stopStages: [
        ['MSExchangeHM', 'MSExchangeHMRecovery'],
        ['MSExchangeIS', 'MSExchangeTransport', 'MSExchangePop3'],
        ['FMS'],
        [root],
        ['NetTcpPortSharing'],
      ],
      startStages: [
        ['NetTcpPortSharing'],
        [root],
        ['FMS'],
        ['MSExchangeIS', 'MSExchangeTransport'],
        ['MSExchangePop3'],
        ['MSExchangeHM', 'MSExchangeHMRecovery'],
      ],
    });
  });

  it('keeps what needs a watchdog with it', () => {
    const services = auto('Worker', 'MSExchangeHM', 'MSExchangeIS');
    const { stopStages } = planRestart(services, { msexchangehm: ['Worker'] }, { watchdogs, root });
    expect(stopStages).toEqual([['Worker'], ['MSExchangeHM'], ['MSExchangeIS']]);
  });

  it('starts a manual service early when an automatic one needs it', () => {
    const services = [...manual('Base', 'Alone'), ...auto('User')];
    const { startStages } = planRestart(
      services,
      { base: ['User'] },
      { watchdogs: [], root: null },
    );
    expect(startStages).toEqual([['Base'], ['User'], ['Alone']]);
  });

  it('ends for services that need each other in a circle', () => {
    const circle: Dependents = { a: ['B', 'A'], b: ['A', 'B'] };
    const { stopStages } = planRestart(auto('A', 'B'), circle, { watchdogs: [], root: null });
    expect(stopStages.flat().toSorted()).toEqual(['A', 'B']);
  });

  it('has each service once, never stops one before what needs it nor starts it after, in any graph', () => {
    const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];
    const anyGraph = fc
      .tuple(...names.map((_, index) => fc.subarray(names.slice(index + 1))))
      .map((direct) => closed(names, direct));
    fc.assert(
      fc.property(
        anyGraph,
        fc.array(fc.constantFrom('auto' as const, 'manual' as const), {
          minLength: 8,
          maxLength: 8,
        }),
        fc.option(fc.constantFrom(...names), { nil: null }),
        fc.subarray(names, { maxLength: 2 }),
        (dependents, modes, rootName, dogs) => {
          const services = names.map((name, index) => ({
            name,
            startMode: modes[index] ?? 'auto',
          }));
          const plan = planRestart(services, dependents, { root: rootName, watchdogs: dogs });
          for (const stages of [plan.stopStages, plan.startStages.toReversed()]) {
            expect(stages.flat().toSorted()).toEqual(names);
            const stageOf = (name: string): number => stages.findIndex((one) => one.includes(name));
            const wrong = names.flatMap((needed) =>
              names.filter(
                (user) => needs(dependents, user, needed) && stageOf(user) >= stageOf(needed),
              ),
            );
            expect(wrong).toEqual([]);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

function closed(names: readonly string[], direct: readonly (readonly string[])[]): Dependents {
  const all = (name: string): string[] => {
    const own = direct[names.indexOf(name)] ?? [];
    return [...new Set([...own, ...own.flatMap(all)])];
  };
  return Object.fromEntries(names.map((name) => [name.toLowerCase(), all(name)]));
}

describe('what sc says needs a service', () => {
  const table: ServiceTable = new Map(
    ['MSExchangeIS', 'Netlogon', 'Fax'].map((name) => [
      name.toLowerCase(),
      { name, state: 'running', startMode: 'auto', processId: 4 },
    ]),
  );
  const row = (title: string, name: string, display: string) =>
    `\r\n${title}: ${name}\r\nNOMBRE_MOSTRAR: ${display}\r\n        TIPO               : 10  WIN32_OWN_PROCESS\r\n        ESTADO             : 4  RUNNING\r\n`;

  it.each(['SERVICE_NAME', 'NOMBRE_SERVICIO', 'NOME_DO_SERVI\u00c7O'])(
    'is read by its place, whatever it is called (%s)',
    (title) => {
      const text = `Enum: entriesRead  = 2\r\n${row(title, 'msexchangeis', 'Information Store')}${row(title, 'Fax', 'Netlogon')}`;
      expect(parseDependents(text, table)).toEqual(['MSExchangeIS', 'Fax']);
    },
  );

  it.each([
    '',
    '[SC] EnumDependentServices:OpenService FAILED 1060:\r\n\r\nThe: Fax\r\n'.slice(0, 50),
    'Enum: entriesRead  = 0\r\n',
  ])('is nothing in %j', (text) => expect(parseDependents(text, table)).toEqual([]));
});
