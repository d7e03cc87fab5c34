import { startLabOf } from './start-lab';
import type { Lab, LabOptions } from './types';
import { createMachine } from './windows/machine';

/**
 * Starts emulated Windows hosts behind real WS-Management and real SSH on loopback sockets.
 *
 * @throws Failure bad-request when hosts cannot be had as they are asked for: what, which host, and what to do
 */
export const startLab = (options: LabOptions): Promise<Lab> => startLabOf(createMachine, options);
