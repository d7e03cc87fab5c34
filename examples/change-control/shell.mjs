// The command line of this program, run in this process: every command is shown as a person would type it.

const bold = (text) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[22m` : text);
export const say = (text) => process.stdout.write(`${text}\n`);
export const title = (text) => say(`\n${bold(`== ${text}`)}`);

const quoted = (word) => (/^[\w./:=%@+-]+$/.test(word) ? word : `"${word}"`);
const shown = (argv) => bold(`$ rollout ${argv.map(quoted).join(' ')}`);

export async function createShell({ folder, signal }) {
  const { runCli } = await import('../../dist/clients/cli/run-cli.js');
  // Files are named as in the folder of the example, wherever that is.
  const inFolder = (argv) => argv.map((word) => word.replace(/^\.\//, `${folder}/`));
  const io = (write, own = {}) => ({
    stdout: { columns: process.stdout.columns ?? 100, write },
    stderr: { write },
    env: process.env,
    isTTY: false,
    signal,
    ...own,
  });

  /** One command: what it printed, and the code that it ended with. */
  async function rollout(...argv) {
    signal.throwIfAborted();
    say(shown(argv));
    let output = '';
    const write = (text) => {
      output += text;
      process.stdout.write(text);
    };
    const code = await runCli(inFolder(argv), io(write));
    say(`(exit code ${code})`);
    return { code, output };
  }

  /** What a command says in JSON, for this script to look at. */
  async function json(...argv) {
    signal.throwIfAborted();
    let output = '';
    const stdout = { write: (text) => (output += text) };
    const stderr = { write: (text) => process.stderr.write(text) };
    await runCli(inFolder([...argv, '--json']), io(undefined, { stdout, stderr }));
    return JSON.parse(output);
  }

  /** A command that goes on beside the others, as it would in a terminal of its own. */
  function background(argv, write) {
    say(`${shown(argv)}   # in a terminal of its own`);
    const stop = new AbortController();
    const end = () => stop.abort(new DOMException('interrupted', 'AbortError'));
    signal.addEventListener('abort', end, { once: true });
    let output = '';
    let look = () => undefined;
    const print = (text) => {
      output += text;
      write(text);
      look();
    };
    const ended = runCli(inFolder(argv), io(print, { signal: stop.signal }));
    return {
      ended,
      /** Settles once it has printed what the pattern finds; null when it ends without. */
      shows: (pattern) =>
        new Promise((resolve) => {
          look = () => {
            const found = pattern.exec(output);
            if (found !== null) resolve(found);
          };
          look();
          void ended.then(() => resolve(null));
        }),
      async stop() {
        end();
        await ended;
      },
    };
  }

  const follow = (...argv) => background(argv, (text) => void process.stdout.write(text));

  /** What has to be up before anything else can be done. */
  async function up(argv, ready, log) {
    let output = '';
    const running = background(argv, (text) => {
      output += text;
      log(text);
    });
    const found = await running.shows(ready);
    if (found !== null) return { found, stop: running.stop };
    throw new Error(`rollout ${argv[0]} ended with ${await running.ended}:\n${output}`);
  }

  return { rollout, json, follow, up };
}

/** Everything that has to be so, told as it is found; the example ends well only when all of it held. */
export function createChecks() {
  const failed = [];
  let held = 0;
  return {
    check(sentence, isSo, found = '') {
      if (isSo) held += 1;
      else failed.push(sentence);
      say(
        isSo ? `   ok: ${sentence}` : `   NOT SO: ${sentence}${found === '' ? '' : ` (${found})`}`,
      );
    },
    result: () => ({ held, failed }),
  };
}
