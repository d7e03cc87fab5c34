import type { Program } from '../process/invocation';

/** It tells the name and never sets one, whatever it is given. */
export const hostname: Program = ({ args, host, stdout, stderr }) => {
  if (args.length > 0) {
    stderr.line('sethostname: Use the Network Control Panel Applet to set hostname.');
    stderr.line('hostname -s is not supported.');
    return 1;
  }
  stdout.line(host.windows.computerName);
  return 0;
};
