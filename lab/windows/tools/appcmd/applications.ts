import type { Invocation } from '../../process/invocation';
import type { WebApplication } from '../../services/applications';
import { asXml, type Options, print } from './command-line';

/**
 * `list app`: `APP "Default Web Site/rpc" (applicationPool:DefaultAppPool)`. An identifier is the whole name of one, the
 * name of a site all that are in it; parameters have to fit.
 */
export function listApplications(
  applications: readonly WebApplication[],
  options: Options,
  { stdout }: Invocation,
): number {
  const found = applications.filter((one) => isMeant(one, options));
  print(linesOf(found, options), stdout);
  // Nothing found is a failure, without a word.
  return found.length === 0 ? 1 : 0;
}

function isMeant(one: WebApplication, { name, values }: Options): boolean {
  // Without an identifier the name of a pool stands for one.
  const isNamed =
    name === null ||
    name === values.get('apppool.name') ||
    fits(name, nameOf(one)) ||
    fits(name, one.site);
  return (
    isNamed &&
    fits(values.get('app.name'), nameOf(one)) &&
    fits(values.get('path'), one.path) &&
    fits(values.get('site.name'), one.site) &&
    fits(values.get('apppool.name'), one.pool)
  );
}

function fits(given: string | undefined, value: string): boolean {
  return given === undefined || given.toLowerCase() === value.toLowerCase();
}

function linesOf(found: readonly WebApplication[], { values }: Options): readonly string[] {
  if (values.has('xml')) {
    return asXml(
      found.map(
        (one) =>
          `    <APP path="${one.path}" APP.NAME="${nameOf(one)}" APPPOOL.NAME="${one.pool}" SITE.NAME="${one.site}" />`,
      ),
    );
  }
  const attribute = values.get('text')?.toLowerCase();
  if (attribute === undefined || attribute === '') {
    return values.has('text')
      ? found.map(nameOf)
      : found.map((one) => `APP "${nameOf(one)}" (applicationPool:${one.pool})`);
  }
  const texts = { 'apppool.name': 'pool', 'site.name': 'site', path: 'path' } as const;
  const field = Object.entries(texts).find(([known]) => known === attribute)?.[1];
  return found.map((one) => (field === undefined ? nameOf(one) : one[field]));
}

function nameOf({ site, path }: WebApplication): string {
  return `${site}${path}`;
}
