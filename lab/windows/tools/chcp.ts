import { isCodePageKnown } from '../process/code-pages';
import type { Program } from '../process/invocation';

export const chcp: Program = ({ args, context, stdout, stderr, setCodePage }) => {
  const [wanted] = args;
  if (wanted === undefined) {
    stdout.line(`Active code page: ${context.codePage}`);
    return 0;
  }
  const codePage = Number(wanted);
  if (args.length > 1 || !/^\d+$/.test(wanted)) {
    stderr.line(`Parameter format not correct - ${args.at(-1) ?? ''}`);
    return 1;
  }
  if (!isCodePageKnown(codePage)) {
    stderr.line('Invalid code page');
    return 1;
  }
  setCodePage(codePage);
  stdout.line(`Active code page: ${codePage}`);
  return 0;
};
