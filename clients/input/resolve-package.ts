import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

import type { Hotfix, PackageContents, PackageRef } from '../../contracts/hotfix';
import type { FieldPath } from '../../contracts/parsed.schema';
import type { Plan, PlanPackage, RolloutAction } from '../../contracts/plan';
import { createPackageStore } from '../../store/packages';
import { isArchive, unpackArchive } from '../package/archive';
import { BadPackage } from '../package/bad-package';
import { describeFile, type FileDigest } from '../package/describe-file';
import { readPackageContents } from '../package/package-contents';
import type { Loaded } from './load';
import { narrowed, packageProblems } from './package-problems';

export type Report = (path: FieldPath, message: string, advice: string) => void;

interface PackageQuestion {
  readonly plan: Loaded<Plan>;
  readonly hotfix: Hotfix;
  readonly action: RolloutAction;
  readonly packageDir: string;
}

interface ResolvedPackage {
  /** Null when none is named and none is needed. */
  readonly ref: PackageRef | null;
  readonly path: string | null;
  /** Only for the architecture of the package. */
  readonly hotfix: Hotfix;
}

/**
 * The package of a plan, its digest compared and its contents read; null when something was wrong with it. What a url
 * leads to is not looked at: the hosts may see another network than this machine.
 */
export async function resolvePackage(
  { plan, hotfix, action, packageDir }: PackageQuestion,
  report: Report,
): Promise<ResolvedPackage | null> {
  const pkg = plan.value.package;
  if (pkg === null) {
    if (action !== 'fix') return { ref: null, path: null, hotfix };
    const advice = 'add package: { file, sha256 }; only a mitigation or a rollback needs none';
    report(['package'], 'names no package', advice);
    return null;
  }
  if ('url' in pkg) {
    const { url, fileName, sha256 } = pkg;
    return { ref: { fileName, sha256, bytes: null, url }, path: null, hotfix };
  }
  const path = resolve(dirname(plan.file), pkg.file);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(basename(path))) {
    // It becomes part of command lines on the hosts.
    const advice = 'use letters, digits, dots and hyphens';
    report(['package', 'file'], `has the name ${basename(path)}`, advice);
    return null;
  }
  const digest = await readDigest(path, pkg, report);
  if (digest === null) return null;
  const refuse = (message: string, advice: string): null => {
    report(['package', 'file'], message, advice);
    return null;
  };
  try {
    const isOfHotfix = (contents: PackageContents): boolean => {
      const problems = packageProblems(contents, hotfix);
      for (const { message, advice } of problems) refuse(message, advice);
      return problems.length === 0;
    };
    const file = { path, digest, packageDir, isOfHotfix };
    const found = (await isArchive(path)) ? await readArchive(file) : await readFile(file);
    return found && { ...found, hotfix: narrowed(hotfix, found.ref.contents.architecture) };
  } catch (error) {
    if (!(error instanceof BadPackage)) throw error;
    return refuse(`${basename(path)} is refused: ${error.message}`, error.advice);
  }
}

async function readDigest(
  path: string,
  pkg: PlanPackage & { readonly file: string },
  report: Report,
): Promise<FileDigest | null> {
  try {
    const described = await describeFile(path);
    const { sha256 } = described;
    if (sha256 === pkg.sha256) return described;
    const advice = `get the right file, or correct the plan if ${sha256} is what you mean`;
    report(['package', 'sha256'], `is not that of ${basename(path)}, which has ${sha256}`, advice);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const what = code === 'ENOENT' ? 'is not there' : `cannot be read (${code ?? String(error)})`;
    const advice = 'put the package there, or correct the path; it is relative to the plan';
    report(['package', 'file'], `${pkg.file} ${what}`, advice);
  }
  return null;
}

interface PinnedFile {
  readonly path: string;
  readonly digest: FileDigest;
  readonly packageDir: string;
  /** Says what is wrong when it is not. */
  readonly isOfHotfix: (contents: PackageContents) => boolean;
}

interface FoundPackage {
  readonly ref: PackageRef & { readonly contents: PackageContents };
  readonly path: string;
}

async function readFile({ path, digest, isOfHotfix }: PinnedFile): Promise<FoundPackage | null> {
  const contents = await readPackageContents(path);
  return isOfHotfix(contents)
    ? { ref: { fileName: basename(path), ...digest, contents }, path }
    : null;
}

/** The hosts get what is inside, under its own digest; the archive is only where it came from. */
async function readArchive(archive: PinnedFile): Promise<FoundPackage | null> {
  const folder = await mkdtemp(join(tmpdir(), 'rollout-archive-'));
  try {
    const unpacked = await unpackArchive(archive.path, folder);
    const inside = await readPackageContents(unpacked);
    if (!archive.isOfHotfix(inside)) return null;
    const from = { fileName: basename(archive.path), sha256: archive.digest.sha256 };
    const ref = {
      fileName: basename(unpacked),
      ...(await describeFile(unpacked)),
      contents: { ...inside, from },
    };
    return { ref, path: await createPackageStore(archive.packageDir).put(unpacked, ref) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
