import type { OsFacts } from '../../contracts/facts';
import type { Hotfix, Prerequisite } from '../../contracts/hotfix';
import type { Verdict } from '../../contracts/outcome';
import { type Reason, reason } from '../../contracts/reason';
import { combine, evaluate, type Examined } from './evaluate';
import type { Evaluated } from './verdict-steps';

export interface ApplicabilityJudgement {
  readonly applicable: Verdict['applicable'];
  /** Whether it is made for such a host at all, whatever the host still lacks. */
  readonly isForHost: boolean;
  /** Why it is not, or is not known; empty when it applies. */
  readonly reasons: readonly Reason[];
  /** As far as was asked: nothing more once it is known not to apply. */
  readonly steps: readonly Evaluated[];
}

/** Whether the hotfix is made for this host, whatever it shows: its Windows, what else must hold, what must be there. */
export function judgeApplicability(examined: Examined): ApplicabilityJudgement {
  const steps: Evaluated[] = [];
  for (const ask of [askOs, askWhen, askPrerequisites]) {
    const asked = ask(examined);
    steps.push(...asked);
    const { answer, reasons } = combine('all', asked);
    if (answer !== 'yes') {
      return { applicable: answer, isForHost: ask === askPrerequisites, reasons, steps };
    }
  }
  return { applicable: 'yes', isForHost: true, reasons: [], steps };
}

function askOs({ facts, hotfix }: Examined): readonly Evaluated[] {
  const { os } = hotfix.applicability;
  const question = `the host runs Windows ${os.version}${os.servicePack === 0 ? '' : ` with Service Pack ${os.servicePack}`} (${os.architectures.join(', ')}) as ${os.productTypes.join(' or ')}`;
  if (!facts.os.known) {
    const message = `The Windows version is not known: ${facts.os.why}.`;
    return [{ question, answer: 'unknown', reasons: [reason('os-unanswered', message)] }];
  }
  const mismatch = whyNot(facts.os.value, hotfix);
  if (mismatch !== null) return [{ question, answer: 'no', reasons: [mismatch] }];
  const { caption, version, servicePack } = facts.os.value;
  const message = `The host runs ${version} (${caption}).`;
  return [
    { question, answer: 'yes', reasons: [reason('right-windows', message, { servicePack })] },
  ];
}

function askWhen(examined: Examined): readonly Evaluated[] {
  const { when } = examined.hotfix.applicability;
  if (when === null) return [];
  const step = evaluate(when, examined);
  if (step.answer === 'yes') return [step];
  const [first] = step.reasons;
  const [code, what] =
    step.answer === 'no'
      ? ['not-for-this-host', 'The hotfix is not for this host']
      : ['applicability-unknown', 'Whether the hotfix is for this host is not known'];
  const deciding = reason(code, `${what}: ${first?.message ?? step.question}`, first?.facts);
  return [{ ...step, reasons: [deciding, ...step.reasons.slice(1)] }];
}

/** All of them are asked, so that a person is told at once what to install. */
const askPrerequisites = (examined: Examined): readonly Evaluated[] =>
  examined.hotfix.applicability.prerequisites.map((one) => askPrerequisite(one, examined));

function askPrerequisite({ name, kb, when }: Prerequisite, examined: Examined): Evaluated {
  const step = evaluate(when, examined);
  const heading = `the host has ${name} (${kb})`;
  const question = `${heading}: ${step.question}`;
  if (step.answer === 'yes') return { ...step, question, heading };
  const because = step.reasons[0]?.message;
  const why = because === undefined ? '' : ` ${because}`;
  const deciding =
    step.answer === 'no'
      ? reason('prerequisite-missing', `The host lacks ${name}: install ${kb} first.${why}`, {
          prerequisite: name,
          kb,
        })
      : reason(
          'prerequisite-unknown',
          `Whether the host has ${name} (${kb}), which must be there first, is not known.${why}`,
          { prerequisite: name, kb },
        );
  return { ...step, question, heading, reasons: [deciding] };
}

function whyNot(os: OsFacts, hotfix: Hotfix): Reason | null {
  const wanted = hotfix.applicability.os;
  const found = {
    version: os.version,
    servicePack: os.servicePack,
    architecture: os.architecture,
    productType: os.productType,
  };
  // Before a service pack the build number differs too (6.1.7600): the advice is the pack, not another Windows.
  if (releaseOf(os.version) === releaseOf(wanted.version) && os.servicePack < wanted.servicePack) {
    return needsServicePack(os, hotfix, found);
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

function needsServicePack(os: OsFacts, hotfix: Hotfix, found: Reason['facts']): Reason {
  const { os: wanted } = hotfix.applicability;
  const has = os.servicePack === 0 ? 'none' : `Service Pack ${os.servicePack}`;
  const { servicePackKb: kb } = wanted;
  const advice = kb === undefined ? '' : ` Install ${kb} first.`;
  const message = `The hotfix needs Service Pack ${wanted.servicePack}; the host has ${has}.${advice}`;
  return reason('needs-service-pack', message, found);
}

const releaseOf = (version: string): string => version.split('.').slice(0, 2).join('.');
