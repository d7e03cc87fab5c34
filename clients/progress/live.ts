import { colorsFor } from '../cli/colors';
import type { CliIo } from '../cli/io';
import { progressLines } from './plain';
import { renderProgress } from './render';
import { openScreen } from './screen';
import type { ProgressView } from './view';

export interface LiveView {
  show(view: ProgressView): void;
  /** Leaves the last frame and gives the terminal back. */
  close(): void;
}

/** Redraws in place on a terminal; one line per change where there is none, or where CI reads along. */
export function openLiveView(io: CliIo, now: () => number = Date.now): LiveView {
  return io.isTTY && (io.env['CI'] ?? '') === '' ? redrawn(io, now) : plain(io, now);
}

function plain(io: CliIo, now: () => number): LiveView {
  let last: ProgressView | null = null;
  return {
    show(view) {
      for (const line of progressLines(last, view, now())) io.stdout.write(`${line}\n`);
      last = view;
    },
    close: () => undefined,
  };
}

function redrawn(io: CliIo, now: () => number): LiveView {
  const screen = openScreen(io.stdout);
  const colors = colorsFor(io);
  let last: ProgressView | null = null;
  const draw = (): void => {
    if (last === null) return;
    const width = io.stdout.columns ?? 80;
    const height = (io.stdout.rows ?? 24) - 1;
    screen.draw(renderProgress(last, { width, height, now: now(), colors }));
  };
  // Elapsed times go on while nothing else changes.
  const timer = setInterval(draw, 500);
  return {
    show(view) {
      last = view;
      draw();
    },
    close() {
      clearInterval(timer);
      draw();
      screen.close();
    },
  };
}
