import type { Gate, Measurement, MeasurementPhase } from '../../../contracts/gate';
import { hostId } from '../../../contracts/ids';

export const sampleGate: Gate = {
  name: 'health',
  when: { before: 'wave', fromWave: 1 },
  check: {
    kind: 'command',
    command: 'health.cmd',
    host: hostId('mon1'),
    timeoutMs: 1000,
    success: [0],
    inconclusive: [],
  },
  count: 1,
  intervalMs: 60_000,
  initialDelayMs: 5000,
  failureLimit: 0,
  consecutiveErrorLimit: 4,
  inconclusiveLimit: 0,
};

export const measurementOf = (phase: MeasurementPhase, message = 'seen'): Measurement => ({
  phase,
  message,
  at: '2026-08-01T00:00:00.000Z',
});
