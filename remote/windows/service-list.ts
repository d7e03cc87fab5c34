import type { ServiceFacts, ServiceState } from '../../contracts/facts';
import type { Question } from './composite';
import { parseValueBlocks, wholeNumber } from './value-blocks';

/** Win32_Service: its State and StartMode are English on every host, unlike what sc and net print. */
export const servicesQuestion: Question = {
  name: 'services',
  command: 'wmic service get Name,ProcessId,StartMode,State /value <nul 2>&1',
};

const states: readonly ServiceState[] = [
  'stopped',
  'start-pending',
  'stop-pending',
  'running',
  'continue-pending',
  'pause-pending',
  'paused',
];
const startModes = ['auto', 'manual', 'disabled', 'boot', 'system'] as const;

/** All services of the host in the order in which it lists them. */
export function parseServices(text: string): ServiceFacts[] {
  return parseValueBlocks(text).flatMap((block) => {
    const name = block['Name'];
    if (name === undefined || name === '') return [];
    const state = (block['State'] ?? '').toLowerCase().replaceAll(' ', '-');
    const startMode = (block['StartMode'] ?? '').toLowerCase();
    return [
      {
        name,
        state: states.find((one) => one === state) ?? 'unknown',
        startMode: startModes.find((one) => one === startMode) ?? 'unknown',
        processId: wholeNumber(block['ProcessId']) ?? 0,
      },
    ];
  });
}
