/** Text that is HTML already; everything else that enters a template is escaped. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | null | false | Markup | readonly Markup[];

const entities: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Control characters are shown as their pictures: hosts can send any byte, and a browser drops or misreads some of
 * them, so that the page would show something else than was there.
 */
export const escapeHtml = (text: string): string =>
  text
    .replace(/[&<>"']/g, (character) => entities[character] ?? character)
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, (character) =>
      String.fromCharCode(0x2400 + character.charCodeAt(0)),
    );

/** The only way in which the report makes HTML: nobody can forget to escape. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let markup = texts[0] ?? '';
  parts.forEach((part, index) => {
    markup += rendered(part) + (texts[index + 1] ?? '');
  });
  return { markup };
}

function rendered(part: Part): string {
  if (part === null || part === false) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map((item) => item.markup).join('');
}
