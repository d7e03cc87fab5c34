import { hostId } from '../../../contracts/ids';
import { reason } from '../../../contracts/reason';
import type { AssessedHost } from '../../../contracts/rollout';
import { fitAssessed } from '../../../domain/assessment';
import { bytesOf } from '../../../domain/host';

const assessed = (count: number, sentence: string): AssessedHost[] =>
  Array.from({ length: count }, (_, index) => ({
    hostId: hostId(`exchange-server-${index}.contoso.test`),
    state: 'affected',
    applicable: 'yes',
    health: 'healthy',
    reason: reason('burst', sentence, { servers: 3, processes: 4, index }),
  }));

it('a fleet that fits one payload is carried whole', () => {
  const hosts = assessed(1000, 'A burst.');
  expect(fitAssessed(hosts)).toBe(hosts);
});

it.each([
  { name: 'facts go first', sentence: 'x'.repeat(120), kept: 120 },
  { name: 'then the ends of sentences', sentence: 'é'.repeat(1000), kept: 25 },
])('5,000 hosts fit one payload: $name', ({ sentence, kept }) => {
  const cut = fitAssessed(assessed(5000, sentence));
  expect(bytesOf(cut)).toBeLessThanOrEqual(1_500_000);
  expect(cut).toHaveLength(5000);
  expect(cut[4999]?.reason).toEqual({ code: 'burst', message: expect.any(String) });
  expect(cut[4999]?.reason.message.length).toBeGreaterThanOrEqual(kept);
});
