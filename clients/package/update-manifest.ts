import { BadPackage } from './bad-package';
import type { OpenCabinet } from './open-cabinet';
import { eachElement } from './read-description';

/** What update.mum says, the manifest of a cabinet that servicing installs. */
export interface UpdateManifest {
  /** Name~token~architecture~language~version, as the host lists it; nothing stands for the neutral language. */
  readonly identity: string;
  /** `amd64`, `x86`, … */
  readonly processor: string;
  /** e.g. `KB3004383`; null when it does not say. */
  readonly kb: string | null;
  /** What has to be there first, each with its version: its parents, of which one is enough, and a newer servicing stack. */
  readonly requires: readonly string[];
}

type Attributes = { readonly [name: string]: string };

/** Largest manifest that is read; those of cumulative packages have a few MB. */
const manifestBytes = 32 * 1024 * 1024;

/** @throws BadPackage */
export async function readUpdateManifest(cabinet: OpenCabinet): Promise<UpdateManifest> {
  const bytes = await cabinet.read('update.mum', manifestBytes);
  let own: Attributes = {};
  let identifier = '';
  const requires = new Set<string>();
  eachElement(bytes, 'update.mum', ({ name, attributes, parents: around }) => {
    const path = [...around, name].join('/');
    if (path === 'assembly/assemblyIdentity') own = attributes;
    if (path === 'assembly/package') identifier = attributes['identifier'] ?? '';
    const { name: its = '', version = '' } = attributes;
    if (path === 'assembly/package/parent/assemblyIdentity')
      requires.add(`${its} ${version}`.trim());
    // 6.0.0.0: every one will do.
    if (path === 'assembly/package/installerAssembly' && version !== '6.0.0.0') {
      requires.add(`${its} ${version}`.trim());
    }
  });
  return {
    identity: identityOf(own),
    processor: (own['processorArchitecture'] ?? '').toLowerCase(),
    kb: kbOf(identifier) ?? kbOf(own['name'] ?? ''),
    requires: [...requires].filter((one) => /^[\w .-]{1,300}$/.test(one)),
  };
}

function identityOf(own: Attributes): string {
  const part = (name: string): string => own[name] ?? '';
  const language = part('language').toLowerCase() === 'neutral' ? '' : part('language');
  const needed = ['name', 'publicKeyToken', 'processorArchitecture', 'version'].map(part);
  const [name, token, processor, version] = needed;
  const identity = [name, token, processor, language, version].join('~');
  // It becomes part of command lines on the hosts.
  if (needed.every((one) => one !== '') && /^[\w.~-]{1,300}$/.test(identity)) return identity;
  const advice = 'use the package as Microsoft supplied it';
  throw new BadPackage('its update.mum does not say which package it is', advice);
}

/** `KB3004383` in an identifier or a name such as `Package_for_KB3004383`. */
function kbOf(text: string): string | null {
  const digits = /(?:^|_)KB(\d{5,9})(?!\d)/i.exec(text)?.[1];
  return digits === undefined ? null : `KB${digits}`;
}
