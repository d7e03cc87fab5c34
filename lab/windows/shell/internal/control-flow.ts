import { findLabel } from '../batch-labels';
import { expandPercent } from '../expand-percent';
import { BatchExit, type InternalCommand, Jump, lookupOf, ShellExit } from '../shell-state';

export const exit: InternalCommand = ({ shell, tail }) => {
  const match = /^\s*(\/b)?\s*(-?(?:0x[0-9a-f]+|\d+))?/i.exec(tail);
  const code = match?.[2] === undefined ? shell.errorLevel : Number(match[2]) | 0;
  shell.errorLevel = code;
  if (match?.[1] !== undefined && shell.batch !== null) throw new BatchExit(code);
  throw new ShellExit(code);
};

export const goTo: InternalCommand = ({ shell, tail, stderr }) => {
  const label = tail.trim().split(/[\s,;=+]/, 1)[0] ?? '';
  const { batch } = shell;
  // Outside a batch file there is nothing to jump to, and cmd says nothing.
  if (batch === null) return 0;
  if (/^:eof$/i.test(label)) throw new BatchExit(shell.errorLevel);
  const position = findLabel(batch.lines, label);
  if (position === null) {
    stderr.line(`The system cannot find the batch label specified - ${label.replace(/^:/, '')}`);
    throw new BatchExit(1);
  }
  batch.position = position;
  throw new Jump('goto');
};

/** The command behind `call` goes through the percent phase a second time. */
export const call: InternalCommand = async ({ shell, tail, streams }) => {
  const text = expandPercent(tail.trim(), { lookup: lookupOf(shell) });
  // Known from use, in no document of Microsoft: `(call )` sets the error level to 0, `(call)` to 1.
  if (text === '') {
    shell.errorLevel = tail === '' ? 1 : 0;
    return shell.errorLevel;
  }
  const label = /^(:\S+)(.*)$/.exec(text);
  const code =
    label === null
      ? await shell.engine.runCommand(text, shell, streams)
      : await shell.engine.callLabel(label[1] ?? '', label[2] ?? '', shell, streams);
  if (label !== null) shell.errorLevel = code;
  return code;
};

export const setLocal: InternalCommand = ({ shell, tail }) => {
  const { batch } = shell;
  if (batch === null) return 0;
  batch.saved.push({
    environment: shell.environment.copy(),
    isDelayedExpansionOn: shell.isDelayedExpansionOn,
  });
  if (/enabledelayedexpansion/i.test(tail)) shell.isDelayedExpansionOn = true;
  if (/disabledelayedexpansion/i.test(tail)) shell.isDelayedExpansionOn = false;
  return 0;
};

export const endLocal: InternalCommand = ({ shell }) => {
  const saved = shell.batch?.saved.pop();
  if (saved === undefined) return 0;
  shell.environment = saved.environment;
  shell.isDelayedExpansionOn = saved.isDelayedExpansionOn;
  return 0;
};

export const shift: InternalCommand = ({ shell }) => {
  const { batch } = shell;
  if (batch !== null) shell.batch = Object.assign(batch, { args: batch.args.slice(1) });
  return 0;
};
