/**
 * Below the range from which systems take the ports of outgoing connections: while an emulated host is down its port
 * would otherwise be lent to some client, and could not be opened again when the host comes back.
 */
const freePorts = { from: 20_000, to: 32_000 } as const;
const attempts = 50;

/** Serves on the port that was asked for or, for 0, on one that is free and stays so. */
export async function onFreePort<T>(port: number, serve: (port: number) => Promise<T>): Promise<T> {
  if (port !== 0) return serve(port);
  for (let attempt = 1; attempt < attempts; attempt += 1) {
    const candidate = freePorts.from + Math.floor(Math.random() * (freePorts.to - freePorts.from));
    try {
      return await serve(candidate);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  return serve(0);
}
