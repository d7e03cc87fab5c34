export {
  simulate,
  type SimulationOptions,
  type SimulationStep,
  type SimulationTrace,
} from './simulate';
export type { Attempt, Script, World } from './world';
