import { basename } from 'node:path';

import type { PackageContents } from '../../contracts/hotfix';
import { commonArchitecture } from './architecture';
import { BadPackage } from './bad-package';
import type { Budget } from './cabinet/extract';
import { withCabinet } from './open-cabinet';
import { type DescribedCabinet, readMsu } from './read-msu';
import { readUpdateManifest } from './update-manifest';

/** Bytes that all cabinets of a package may have unpacked together; the largest for these systems have some 700 MB. */
const unpackedBytes = 6 * 1024 ** 3;
/** The identities of packages that must be there first are shown, not acted on. */
const maxRequired = 20;

/**
 * What a .msu or .cab says of itself. It is read block by block, every checksum looked at; cabinets inside a .msu go
 * through the folder for temporary files.
 *
 * @throws BadPackage saying what it is instead, or which check failed
 */
export async function readPackageContents(file: string): Promise<PackageContents> {
  const budget: Budget = { bytes: unpackedBytes };
  return withCabinet(file, budget, async (cabinet) => {
    const isCab = cabinet.names.some((name) => name.toLowerCase() === 'update.mum');
    requireExtension(basename(file), isCab ? '.cab' : '.msu');
    if (!isCab) {
      const { cabinets, kb } = await readMsu(cabinet, budget);
      return contentsOf(cabinets, kb);
    }
    const manifest = await readUpdateManifest(cabinet);
    return contentsOf([{ name: basename(file), manifest }], null);
  });
}

/** The host goes by the name: it expands a .msu and gives a .cab to its servicing as it is. */
function requireExtension(fileName: string, extension: string): void {
  if (fileName.toLowerCase().endsWith(extension)) return;
  const advice = `give it a name that ends in ${extension}, and write that into the plan`;
  throw new BadPackage(
    `it is not what its name says, if it is a package it is a ${extension}`,
    advice,
  );
}

/** The properties of a .msu know its number best: a cabinet in it may be of another one, such as a servicing stack. */
function contentsOf(cabinets: readonly DescribedCabinet[], kb: string | null): PackageContents {
  const manifests = cabinets.map(({ manifest }) => manifest);
  const required = [...new Set(manifests.flatMap(({ requires }) => requires))];
  return {
    kb: kb ?? manifests.find((manifest) => manifest.kb !== null)?.kb ?? null,
    architecture: commonArchitecture(manifests.map(({ processor }) => processor)),
    cabinets: cabinets.map(({ name, manifest }) => ({ name, identity: manifest.identity })),
    ...(required.length > 0 && { requires: required.slice(0, maxRequired) }),
  };
}
