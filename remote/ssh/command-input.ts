import type { ClientChannel } from 'ssh2';
import type { CommandInput } from '../command-input';

/**
 * Hands standard input to a command as fast as the window of the channel takes it (RFC 4254 section 5.2), then closes
 * it. A command that ends without reading it all is no error: its exit code tells.
 */
export async function feedInput(channel: ClientChannel, input: CommandInput): Promise<void> {
  let isOpen = true;
  const closed = new Promise<void>((resolve) => {
    channel.once('close', () => {
      isOpen = false;
      resolve();
    });
  });
  for await (const { bytes } of input) {
    if (!isOpen || !channel.writable) return;
    const taken = new Promise<void>((resolve) => {
      channel.write(bytes, () => resolve());
    });
    await Promise.race([taken, closed]);
  }
  channel.end();
}
