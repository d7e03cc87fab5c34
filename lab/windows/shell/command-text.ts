import { resolvePath } from '../files/paths';
import { expandDelayed } from './expand-percent';
import { lookupOf, type Shell } from './shell-state';

/** A parsed word as it is just before it is used: loop variables and `!NAME!` replaced. */
export function textFor(text: string, shell: Shell): string {
  const looped = shell.loopVariables.size === 0 ? text : replaceLoopVariables(text, shell);
  return shell.isDelayedExpansionOn ? expandDelayed(looped, lookupOf(shell)) : looped;
}

function replaceLoopVariables(text: string, shell: Shell): string {
  return text.replace(
    /%(~[dpnxfsz]*)?([a-z])/gi,
    (whole, modifiers: string | undefined, name: string) => {
      const value = shell.loopVariables.get(name);
      if (value === undefined) return whole;
      if (modifiers === undefined) return value;
      // With other letters cmd puts the size in front of the path; nobody has needed that yet.
      return /^~z$/i.test(modifiers) ? sizeOf(value, shell) : modifyPath(value, modifiers.slice(1));
    },
  );
}

/** `%~z1`: bytes of a file; nothing when it is not there. */
function sizeOf(value: string, { context, workingDirectory }: Shell): string {
  const found = context.host.files.stat(resolvePath(value, workingDirectory));
  return found === null ? '' : String(found.size);
}

/** `%~dpnx1`: parts of a path, quotes taken away. */
export function modifyPath(value: string, modifiers: string): string {
  const path = value.replaceAll('"', '');
  const letters = modifiers.toLowerCase();
  if (letters === '' || letters.includes('f')) return path;
  const cut = path.lastIndexOf('\\');
  const name = path.slice(cut + 1);
  const dot = name.lastIndexOf('.');
  let text = '';
  if (letters.includes('d')) text += path.slice(0, 2);
  if (letters.includes('p')) text += path.slice(2, cut + 1);
  if (letters.includes('n')) text += dot === -1 ? name : name.slice(0, dot);
  if (letters.includes('x')) text += dot === -1 ? '' : name.slice(dot);
  return text;
}
