import type { ServerResponse } from 'node:http';
import type { Machine } from '../machine';

export type Headers = { readonly [name: string]: string | readonly string[] };

export type Reply = (
  response: ServerResponse,
  status: number,
  headers: Headers,
  body?: Buffer,
) => void;

/** Counts replies from when the fault was set, so that it also works on a host that has been running for a while. */
export function createReply(machine: Machine): Reply {
  let faults = machine.faults;
  let count = 0;
  return (response, status, headers, body = Buffer.alloc(0)) => {
    if (machine.faults !== faults) {
      faults = machine.faults;
      count = 0;
    }
    count += 1;
    const cut = count === faults.cutReply;
    response.writeHead(status, {
      server: 'Microsoft-HTTPAPI/2.0',
      'content-length': body.length,
      ...headers,
    });
    const half = body.subarray(0, Math.floor(body.length / 2));
    if (!cut) response.end(body);
    else if (half.length === 0) response.destroy();
    else response.write(half, () => response.destroy());
  };
}
