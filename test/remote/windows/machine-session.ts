import type { CommandResult, Session } from '../../../remote/session';
import type { TestMachine } from '../../lab/windows/test-machine';

/**
 * A session with an emulated Windows whose time goes by only with commands: each takes as long as it needs and a
 * second more, so that what runs on its own gets on meanwhile.
 */
export function machineSession(host: TestMachine): Session & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    async run(line): Promise<CommandResult> {
      lines.push(line);
      const { code, stdout, stderr } = await host.runThrough(`cmd /c ${line}`);
      await host.advance(1000);
      const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
      return {
        exitCode: code,
        stdout: bytes(stdout),
        stderr: bytes(stderr),
        truncated: false,
        timedOut: false,
        durationMs: 1000,
      };
    },
    upload(source, path) {
      const bytes = Buffer.from(source.bytes ?? '');
      const parent = path.slice(0, path.lastIndexOf('\\'));
      if (host.machine.files.stat(parent) === null) host.machine.files.makeFolder(parent);
      host.write(path, bytes);
      return Promise.resolve({ bytes: bytes.length, resumedFrom: 0, durationMs: 1 });
    },
    close: () => Promise.resolve(),
  };
}
