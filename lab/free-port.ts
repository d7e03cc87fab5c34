/**
 * Below the range from which systems take the ports of outgoing connections: while an emulated host is down its port
 * would otherwise be lent to some client, and could not be opened again when the host comes back.
 */
const freePorts = { from: 20_000, to: 32_000 } as const;
const attempts = 50;

/**
 * Processes draw from different parts of the range, as far as there are any left: the port of a host that is down is free,
 * and another lab must not take it meanwhile.
 */
const parts = 8;
const partSize = (freePorts.to - freePorts.from) / parts;

function drawPort(attempt: number): number {
  const isOwn = attempt < attempts / 2;
  const from = isOwn ? freePorts.from + (process.pid % parts) * partSize : freePorts.from;
  return from + Math.floor(Math.random() * (isOwn ? partSize : freePorts.to - freePorts.from));
}

/** Serves on the port that was asked for or, for 0, on one that is free and stays so. */
export async function onFreePort<T>(port: number, serve: (port: number) => Promise<T>): Promise<T> {
  if (port !== 0) return serve(port);
  for (let attempt = 1; attempt < attempts; attempt += 1) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- the first that is free ends the search
      return await serve(drawPort(attempt));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  return serve(0);
}
