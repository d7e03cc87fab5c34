import { linesOf } from './decode';

/** One line `Name : value` of what `dism /english` printed. */
export interface DismField {
  readonly name: string;
  readonly value: string;
}

const longest = 300;

/**
 * Fields in their order. A console that is 80 columns wide breaks an identity in two wherever the line ends, so that a
 * line of nothing but characters of an identity goes on with the one before. The version of the tool and the bar of
 * its progress are no fields: both have no blank before the colon, or none at all.
 */
export function dismFields(text: string): DismField[] {
  const fields: { name: string; value: string }[] = [];
  let isIdentity = false;
  for (const line of linesOf(text)) {
    const [, name, value = ''] = /^\s*([A-Z][A-Za-z ]*?)\s+:(?:\s+(\S.*?))?\s*$/.exec(line) ?? [];
    if (name !== undefined) {
      fields.push({ name, value: value.slice(0, longest) });
      isIdentity = name === 'Package Identity';
      continue;
    }
    const last = fields.at(-1);
    const rest = /^\s*([\w.~-]+)\s*$/.exec(line)?.[1];
    if (!isIdentity || last === undefined || rest === undefined) isIdentity = false;
    else last.value = (last.value + rest).slice(0, longest);
  }
  return fields;
}
