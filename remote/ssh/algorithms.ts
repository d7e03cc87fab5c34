import type { Algorithms } from 'ssh2';
import type { SshEndpoint } from '../../contracts/fleet';

/** What is offered to a server; undefined leaves it to ssh2. */
export const offeredAlgorithms = (_endpoint: SshEndpoint): Algorithms => ({});
