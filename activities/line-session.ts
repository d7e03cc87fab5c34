import { Failure } from '../contracts/failures';
import type { Session } from '../remote/session';
import type { Wmi } from '../remote/wmi';
import type { HostLine } from './host-line';

/**
 * A session for work that pauses between its commands: each command is a use of the line by itself, so that a session
 * which was given to others in a pause is opened anew for the next one.
 */
export function sessionOver(line: HostLine): Promise<Session> {
  return line.use((first) => {
    const session: Session = {
      run: (commandLine, options) => line.use((now) => now.run(commandLine, options)),
      upload: (source, path, options) => line.use((now) => now.upload(source, path, options)),
      close: () => line.close(),
      ...(first.wmi !== undefined && { wmi: wmiOver(line, first.wmi) }),
      ...(first.findShell !== undefined && {
        findShell: (options) =>
          line.use(async (now) => (await now.findShell?.(options)) ?? noShell()),
      }),
    };
    return Promise.resolve(session);
  });
}

/** Sessions of one line are of one kind. */
function noShell(): never {
  throw new Failure('unexpected-output', 'a session no longer tells what takes its command lines');
}

/** @param first of the session that was open then: those that follow on the same line are of the same kind */
function wmiOver(line: HostLine, first: Wmi): Wmi {
  return {
    wql: (query, shape, options) => line.use(({ wmi = first }) => wmi.wql(query, shape, options)),
    get: (className, keys, shape, options) =>
      line.use(({ wmi = first }) => wmi.get(className, keys, shape, options)),
    invoke: (call, shape, options) =>
      line.use(({ wmi = first }) => wmi.invoke(call, shape, options)),
  };
}
