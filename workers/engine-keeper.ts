/**
 * Program of the process between us and the server, run with `node -e`. Its standard input is a pipe from us: the
 * operating system closes it when we end, by whatever signal, and then the server is ended too. Neither a handler for
 * `exit` (not run on SIGKILL) nor a death signal (Linux only) does that everywhere. JavaScript in a string, because it
 * must run alike from sources and from `dist`, where only compiled files are.
 */
export const keeperProgram = `
const { spawn } = require('node:child_process');
const [command, ...args] = process.argv.slice(1);
const server = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
let ending = false;
const end = () => {
  if (ending) return;
  ending = true;
  server.kill('SIGTERM');
  setTimeout(() => server.kill('SIGKILL'), 4000).unref();
};
process.stdin.on('end', end).on('error', end).resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
for (const stream of [process.stdout, process.stderr]) stream.on('error', end);
server.on('spawn', () => process.stdout.write('pid ' + server.pid + '\\n'));
server.on('error', (error) => {
  process.stderr.write(error.message + '\\n', () => process.exit(1));
});
server.on('exit', (code) => process.exit(code ?? 1));
`;
