import { decodeText } from '../../process/code-pages';
import type { Invocation } from '../../process/invocation';
import { runLine } from './run-line';

const prompt = 'wmic:root\\cli>';

/** Without a command wmic reads commands until `exit` or the end of its input: who leaves that open waits for ever. */
export async function runInteractively(invocation: Invocation): Promise<number> {
  const { stdin, stdout, context } = invocation;
  let typed = '';
  stdout.text(prompt);
  for (;;) {
    const chunk = await stdin.read(context.control);
    if (chunk !== null) typed += decodeText(chunk, context.codePage);
    const lines = typed.split(/\r?\n/);
    typed = chunk === null ? '' : (lines.pop() ?? '');
    for (const line of lines.map((one) => one.trim())) {
      if (line === '') continue;
      if (/^(exit|quit)$/i.test(line)) return 0;
      await runLine(line, invocation);
      stdout.text(prompt);
    }
    if (chunk === null) return 0;
  }
}
