import type { ServiceFacts, ServiceState } from '../../contracts/facts';
import type { Question } from './composite';
import { parseValueBlocks, propertyOf, wholeNumber } from './value-blocks';

/**
 * Win32_Service: its State and StartMode are English on every host, unlike what sc and net print. By its class, for
 * which the alias `service` stands on Windows and which Wine has without that alias.
 */
export const servicesQuestion: Question = {
  name: 'services',
  command: 'wmic path Win32_Service get Name,ProcessId,StartMode,State /value <nul 2>&1',
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
    const processId = wholeNumber(propertyOf(block, 'ProcessId')) ?? 0;
    return [serviceFacts(name, block['State'] ?? '', block['StartMode'] ?? '', processId)];
  });
}

/** The texts of Win32_Service as facts, whatever brought them. */
export function serviceFacts(
  name: string,
  stateText: string,
  startModeText: string,
  processId: number,
): ServiceFacts {
  const state = stateText.toLowerCase().replaceAll(' ', '-');
  const startMode = startModeText.toLowerCase();
  return {
    name,
    state: states.find((one) => one === state) ?? 'unknown',
    startMode: startModes.find((one) => one === startMode) ?? 'unknown',
    processId,
  };
}
