import type { Sections } from './composite';
import { quotePath } from './quoting';

const nothing = 'no-such-file';

/** Command that prints a text file of the host, and succeeds also when there is none. */
export function typeFile(path: string): string {
  const quoted = quotePath(path);
  return `(if exist ${quoted} (type ${quoted}) else (echo ${nothing}))`;
}

/** What {@link typeFile} brought; null when there is no such file. */
export function textOf(sections: Sections, name: string): string | null {
  const section = sections.of(name);
  return section.succeeded && section.text.trim() !== nothing ? section.text : null;
}
