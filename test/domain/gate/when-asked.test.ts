import type { Gate } from '../../../contracts/gate';
import { hostId } from '../../../contracts/ids';
import { gatesAfterHost, gatesBeforeWave, hostsAsked } from '../../../domain/gate';
import { sampleGate } from './sample-gate';

const named = (name: string, change: Partial<Gate>): Gate => ({ ...sampleGate, name, ...change });
const gates = [
  named('each-wave', {}),
  named('later', { when: { before: 'wave', fromWave: 2 } }),
  named('host', { when: { after: 'host' } }),
  named('web', {
    when: { after: 'host' },
    check: {
      kind: 'http',
      url: 'https://x.test',
      timeoutMs: 1,
      status: [200],
      contains: null,
      caFile: null,
      credentialRef: null,
    },
  }),
];
const names = (some: readonly Gate[]) => some.map(({ name }) => name);

test('a gate is asked before the waves from the one that it names, or after hosts', () => {
  expect(names(gatesBeforeWave(gates, 1))).toEqual(['each-wave']);
  expect(names(gatesBeforeWave(gates, 2))).toEqual(['each-wave', 'later']);
  expect(names(gatesBeforeWave(gates, 9))).toEqual(['each-wave', 'later']);
  expect(names(gatesAfterHost(gates))).toEqual(['host', 'web']);
});

test('hosts by whose hand gates are asked are named once', () => {
  const here = { ...sampleGate.check, host: null } as Gate['check'];
  expect(hostsAsked([...gates, named('own', { check: here })])).toEqual([hostId('mon1')]);
});
