/** Where frames go; the shape of process.stdout that is used. */
export interface Terminal {
  write(text: string): unknown;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

export interface Screen {
  /** Draws a frame in place of the last one. */
  draw(lines: readonly string[]): void;
  /** Leaves the last frame where it is and gives the cursor back. Safe to call twice. */
  close(): void;
}

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
// Synchronized output: a terminal that knows it shows the frame at once, others ignore it.
const beginFrame = '\u001b[?2026h';
const endFrame = '\u001b[?2026l';
const clearLine = '\u001b[K';
const clearBelow = '\u001b[J';

/**
 * Draws over the last frame line by line in one write: never a clear of the screen, which is what flickers. The cursor
 * comes back also when the process ends by another way than `close` (a second Ctrl-C, an error).
 */
export function openScreen(terminal: Terminal): Screen {
  let height = 0;
  let open = true;
  const restore = (): void => {
    if (!open) return;
    open = false;
    terminal.write(showCursor);
  };
  process.once('exit', restore);
  terminal.write(hideCursor);
  return {
    draw(lines) {
      if (!open) return;
      const up = height > 0 ? `\u001b[${String(height)}A` : '';
      const body = lines.map((line) => `${line}${clearLine}\n`).join('');
      terminal.write(`${beginFrame}${up}\r${body}${clearBelow}${endFrame}`);
      height = lines.length;
    },
    close() {
      restore();
      process.removeListener('exit', restore);
    },
  };
}
