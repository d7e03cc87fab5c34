import type { HostFacts, OsFacts } from '../../contracts/facts';
import type { Hotfix } from '../../contracts/hotfix';
import { type Reason, reason } from '../../contracts/reason';

export type ApplicabilityJudgement =
  | { readonly applicable: 'yes' }
  | { readonly applicable: 'no' | 'unknown'; readonly reason: Reason };

/** Whether the hotfix is made for this Windows, whatever the host shows. */
export function judgeApplicability(facts: HostFacts, hotfix: Hotfix): ApplicabilityJudgement {
  if (!facts.os.known) {
    return {
      applicable: 'unknown',
      reason: reason('os-unanswered', `The Windows version is not known: ${facts.os.why}.`),
    };
  }
  const mismatch = whyNot(facts.os.value, hotfix.applicability.os);
  return mismatch === null ? { applicable: 'yes' } : { applicable: 'no', reason: mismatch };
}

function whyNot(os: OsFacts, wanted: Hotfix['applicability']['os']): Reason | null {
  const found = {
    version: os.version,
    servicePack: os.servicePack,
    architecture: os.architecture,
    productType: os.productType,
  };
  // Before a service pack the build number differs too (6.1.7600): the advice is the pack, not another Windows.
  if (releaseOf(os.version) === releaseOf(wanted.version) && os.servicePack < wanted.servicePack) {
    const message = `The hotfix needs Service Pack ${wanted.servicePack}; the host has ${os.servicePack === 0 ? 'none' : `Service Pack ${os.servicePack}`}.`;
    return reason('needs-service-pack', message, found);
  }
  if (os.version !== wanted.version) {
    const message = `The hotfix is for Windows ${wanted.version}; the host runs ${os.version} (${os.caption}).`;
    return reason('other-windows-version', message, found);
  }
  if (os.servicePack !== wanted.servicePack) {
    const message = `The hotfix is for Service Pack ${wanted.servicePack}; the host has Service Pack ${os.servicePack}.`;
    return reason('other-service-pack', message, found);
  }
  if (!wanted.architectures.includes(os.architecture)) {
    const message = `The hotfix is for ${wanted.architectures.join(', ')}; the host is ${os.architecture}.`;
    return reason('other-architecture', message, found);
  }
  if (!wanted.productTypes.includes(os.productType)) {
    const message = `The hotfix is for ${wanted.productTypes.join(', ')}; the host is a ${os.productType}.`;
    return reason('other-product-type', message, found);
  }
  return null;
}

const releaseOf = (version: string): string => version.split('.').slice(0, 2).join('.');
