/** Opening tags of manifests: enough of XML for files that a machine wrote. */

export function tagIn(text: string, name: string): string {
  return new RegExp(`<${name}\\b[^>]*>`).exec(text)?.[0] ?? '';
}

export function tagsIn(text: string, name: string): string[] {
  return text.match(new RegExp(`<${name}\\b[^>]*>`, 'g')) ?? [];
}

export function attribute(tag: string, name: string): string | null {
  return new RegExp(`\\b${name}\\s*=\\s*["']([^"']*)["']`).exec(tag)?.[1] ?? null;
}
