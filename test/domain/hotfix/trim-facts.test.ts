import { known, unknown } from '../../../contracts/reason';
import { judge, trimFacts } from '../../../domain/hotfix';
import {
  burst,
  dcs,
  factsOf,
  hours,
  kb3004383,
  lost,
  minutes,
  row,
  serverEvent,
  service,
} from './host-facts';

test('evidence of a host with thousands of events is small and keeps what decided', () => {
  const long = 'x'.repeat(2000);
  const noise = Array.from({ length: 3000 }, (_, index) =>
    lost(dcs[index % 3] ?? '', 5 * hours + index * minutes, {
      text: long,
      pid: index,
      code: index % 2 === 0 ? '55' : '51',
    }),
  );
  const services = Array.from({ length: 25 }, (_, index) => service(`MSExchangeService${index}`));
  const servers = Array.from({ length: 8 }, (_, index) =>
    serverEvent(
      dcs.map((dc) => row(dc)),
      { recordId: 100 - index },
    ),
  );
  const facts = factsOf({
    events: [...burst(), ...noise],
    servers,
    facts: { services: known(services) },
  });
  const trimmed = trimFacts(facts, kb3004383);
  const log = trimmed.events.known ? trimmed.events.value : null;
  expect(log?.symptoms.length).toBeLessThanOrEqual(12);
  expect(log?.servers.map(({ recordId }) => recordId)).toEqual([100]);
  expect(JSON.stringify(trimmed).length).toBeLessThan(6 * 1024);
  expect(judge(trimmed, kb3004383).state).toBe('affected');
  expect(trimmed.services).toEqual(facts.services);
});

test('the newest symptom is kept even when an older burst decided', () => {
  const late = lost(dcs[0], minutes);
  const processes = Array.from({ length: 40 }, (_, pid) =>
    lost(dcs[1], 2 * hours - minutes, { pid }),
  );
  const trimmed = trimFacts(factsOf({ events: [...burst(), ...processes, late] }), kb3004383);
  const kept = trimmed.events.known ? trimmed.events.value.symptoms : [];
  expect(kept.map(({ recordId }) => recordId)).toContain(late.recordId);
});

test('facts without events stay as they are', () => {
  const facts = factsOf({ facts: { events: unknown('wevtutil failed') } });
  expect(trimFacts(facts, kb3004383)).toEqual(facts);
});
