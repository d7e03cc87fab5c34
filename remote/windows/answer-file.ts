import { readXml } from './read-xml';

/**
 * Names of the cabinets that the answer file of a .msu installs, in the order of the document. A source is written as
 * `%configsetroot%\Windows6.1-KB3004383-x64.CAB`, whatever the case of letters inside the .msu.
 */
export function sourcesIn(text: string): readonly string[] {
  const names: string[] = [];
  const path: string[] = [];
  let isInstalled = false;
  readXml(text.replace(/^\uFEFF/, ''), {
    open(name, attributes) {
      path.push(localName(name));
      if (path.at(-1) === 'package') isInstalled = attributes['action'] === 'install';
      if (path.at(-1) !== 'source' || path.at(-2) !== 'package' || !isInstalled) return;
      const location = attributes['location'] ?? '';
      const file = location.slice(
        Math.max(location.lastIndexOf('\\'), location.lastIndexOf('/')) + 1,
      );
      if (/\.cab$/i.test(file) && names.length < 100) names.push(file.slice(0, 255));
    },
    close: () => void path.pop(),
  });
  const isFirst = (name: string, index: number): boolean =>
    names.findIndex((one) => one.toLowerCase() === name.toLowerCase()) === index;
  return names.filter(isFirst);
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1).toLowerCase();
