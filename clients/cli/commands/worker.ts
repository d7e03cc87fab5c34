import { changeQueue, probeQueue, rolloutQueue } from '../../../contracts/names';
import type { AddCommand } from '../context';
import { exitCodes } from '../exit-codes';
import { startLocalWorker } from '../local-worker';
import { print } from '../print';
import { interruptedBefore } from '../stay-up';

export const addWorker: AddCommand = (program, context) => {
  program
    .command('worker')
    .description('Run a worker until Ctrl-C; installers on hosts go on when it ends')
    .option('--json', 'print JSON')
    .action(
      context.action(async (options: { json?: boolean }) => {
        const { io } = context;
        const worker = await startLocalWorker(context.config(), {
          log: (line) => void io.stderr.write(line),
        });
        const queues = [rolloutQueue, probeQueue, changeQueue];
        const { address, namespace } = worker;
        print(
          io,
          options.json === true,
          { address, namespace, queues },
          () =>
            `worker is polling ${queues.join(', ')} of ${address}, namespace ${namespace}; Ctrl-C ends it`,
        );
        const interrupted = await interruptedBefore(io.signal, worker.ended);
        if (interrupted) await worker.stop();
        return interrupted ? exitCodes.good : exitCodes.internal;
      }),
    );
};
