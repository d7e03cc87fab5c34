import type { Program } from '../../process/invocation';
import { runInteractively } from './interactive';
import { runLine } from './run-line';

/** wmic.exe: asks the management instrumentation of this machine. */
export const wmic: Program = async (invocation) =>
  (await runLine(invocation.tail, invocation)) ?? (await runInteractively(invocation));
