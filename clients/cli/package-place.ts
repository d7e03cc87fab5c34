import { Failure } from '../../contracts/failures';
import { createPackageStore } from '../../store/packages';
import type { WorkerConfig } from '../../workers/config';
import type { PreparedPlan } from './prepare';

/**
 * What is missing in the package folder and how it gets there, as a sentence; null when it is there, when the hosts pull
 * it by themselves, or when none is needed.
 */
export async function missingPackage(
  config: Pick<WorkerConfig, 'packageDir'>,
  { content, packagePath }: Pick<PreparedPlan, 'content' | 'packagePath'>,
): Promise<string | null> {
  const ref = content.package;
  if (ref === null || packagePath === null) return null;
  try {
    await createPackageStore(config.packageDir).find(ref);
    return null;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return (
      `${error.message}: copy ${packagePath} to ${config.packageDir}/${ref.sha256}/${ref.fileName} ` +
      `on every worker, or set ROLLOUT_PACKAGE_DIR; \`rollout dev PLAN\` does it by itself`
    );
  }
}
