import type { Invocation, Program } from '../process/invocation';
import { addressOf, type Address } from './ping/address';
import { readCommandLine, type PingCommand } from './ping/command-line';

/** Also what batch files wait with: `ping -n 6 127.0.0.1 >nul` takes five seconds. */
export const ping: Program = async (invocation) => {
  const { stdout, host } = invocation;
  const command = readCommandLine(invocation.args);
  if (typeof command === 'string') {
    stdout.line(command);
    return 1;
  }
  const { target, bytes, count } = command;
  const address = addressOf(target, host);
  if (address === null) {
    stdout.line(`Ping request could not find host ${target}. Please check the name and try again.`);
    return 1;
  }
  const name = address.ip === target ? address.ip : `${address.name} [${address.ip}]`;
  stdout.text(`\r\nPinging ${name} with ${bytes} bytes of data:\r\n`);
  const received = await exchange(invocation, command, address);
  tellStatistics(invocation, count, received, address);
  return received > 0 ? 0 : 1;
};

/** One second lies between two requests; one that is not answered takes the whole time-out. */
async function exchange(
  { host, context, stdout }: Invocation,
  { count, bytes, timeoutMs }: PingCommand,
  { ip, answers, roundTripMs }: Address,
): Promise<number> {
  const time = roundTripMs === 0 ? 'time<1ms' : `time=${roundTripMs}ms`;
  const reply =
    ip === '::1' ? `Reply from ::1: ${time} ` : `Reply from ${ip}: bytes=${bytes} ${time} TTL=128`;
  let received = 0;
  for (let request = 0; request < count; request += 1) {
    if (request > 0) await host.clock.sleep(1000, context.control);
    if (!answers) await host.clock.sleep(timeoutMs, context.control);
    if (answers) received += 1;
    stdout.line(answers ? reply : 'Request timed out.');
  }
  return received;
}

function tellStatistics(
  { stdout }: Invocation,
  sent: number,
  received: number,
  { ip, roundTripMs }: Address,
): void {
  const lost = sent - received;
  const share = Math.round((lost / sent) * 100);
  stdout.text(`\r\nPing statistics for ${ip}:\r\n`);
  stdout.line(
    `    Packets: Sent = ${sent}, Received = ${received}, Lost = ${lost} (${share}% loss),`,
  );
  if (received === 0) return;
  const times = ['Minimum', 'Maximum', 'Average'].map((name) => `${name} = ${roundTripMs}ms`);
  stdout.line('Approximate round trip times in milli-seconds:');
  stdout.line(`    ${times.join(', ')}`);
}
