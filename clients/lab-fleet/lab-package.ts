import { createHotfixPackage } from '../../lab/cabinet';

/** The stand-in for KB3004383 that the example plans name: always the same bytes, so that they can pin its sha256. */
export const labPackage = (): { readonly fileName: string; readonly bytes: Buffer } => ({
  fileName: 'Windows6.1-KB3004383-x64.msu',
  bytes: createHotfixPackage({ kb: 'KB3004383' }),
});
