import ms from 'ms';
import type { Hotfix } from '../../contracts/hotfix';
import type { Outline } from '../cli/outline';
import { describeFallback } from './describe-fallback';
import { describeSymptom } from './describe-symptom';
import { predicateOutline } from './predicate-outline';

export interface Section {
  readonly heading: string;
  readonly lines: readonly Outline[];
}

/** A definition in words, as a change manager would have it read out, in the order of a host's way. */
export function describeHotfix(hotfix: Hotfix): readonly Section[] {
  return [
    { heading: 'It applies to hosts', lines: applicability(hotfix) },
    { heading: 'A host is affected when', lines: affected(hotfix) },
    {
      heading: 'It is suspect, and left to a person, when it is not affected but',
      lines: suspect(hotfix),
    },
    { heading: 'The event that shows it', lines: symptomLines(hotfix) },
    { heading: 'Shown beside the verdict, deciding nothing', lines: corroboration(hotfix) },
    { heading: 'What is installed', lines: install(hotfix) },
    { heading: 'A host is fixed when', lines: verification(hotfix) },
    { heading: 'The workaround (fallback, rollout mitigate)', lines: describeFallback(hotfix) },
  ].filter(({ lines }) => lines.length > 0);
}

const long = (value: number): string => ms(value, { long: true });

function applicability({ applicability: { os, when, prerequisites } }: Hotfix): Outline[] {
  const pack = os.servicePack === 0 ? 'without service pack' : `Service Pack ${os.servicePack}`;
  const sooner =
    os.servicePackKb === undefined ? '' : ` (before it: install ${os.servicePackKb} first)`;
  return [
    {
      text: `with Windows ${os.version} ${pack}${sooner}, ${os.architectures.join(' or ')}, as ${os.productTypes.join(' or ')}`,
    },
    ...(when === null ? [] : [labelled('where', predicateOutline(when, null))]),
    ...prerequisites.map(({ name, kb, when: has }) =>
      labelled(`that have ${name} (else: install ${kb} first):`, predicateOutline(has, null)),
    ),
  ];
}

/** A clause behind its label, or below it when it has parts. */
const labelled = (label: string, { text, of }: Outline): Outline =>
  of === undefined ? { text: `${label} ${text}` } : { text: `${label} ${text}`, of };

const affected = ({ affected: { rule }, symptom }: Hotfix): Outline[] => [
  predicateOutline(rule, symptom),
];

const suspect = ({ affected: { suspect: rule }, symptom }: Hotfix): Outline[] =>
  rule === null ? [] : [predicateOutline(rule, symptom)];

const symptomLines = ({ symptom }: Hotfix): readonly Outline[] =>
  symptom === null ? [] : describeSymptom(symptom);

const corroboration = ({ corroboration: all }: Hotfix): Outline[] =>
  all.map(({ name, when }) => labelled(`${name}:`, predicateOutline(when, null)));

const reboots = {
  required: 'then the host is rebooted',
  'if-requested': 'the host is rebooted if the installer asks for it',
  none: 'without a reboot',
} as const;

function install({ install: rule }: Hotfix): Outline[] {
  const codes = Object.entries(rule.exitCodes);
  return [
    { text: `the package ${rule.packageIdentity.replace(/~$/, '')}, ${reboots[rule.reboot]}` },
    {
      text: `the installer may take ${long(rule.timeoutMs)} and needs ${Math.round(rule.freeBytes / 1024 ** 2)} MB on the system drive`,
    },
    ...codes.map(([code, { meaning, message }]) => ({
      text: `its exit code ${code} means ${meaning}: ${message}`,
    })),
  ];
}

function verification({
  verification: rule,
  install: { reboot },
  fallback: { services },
  symptom,
}: Hotfix): Outline[] {
  const texts = [
    'the package is installed, not only pending',
    ...rule.files.map(({ path, atLeast }) => `${path} is version ${atLeast} or newer`),
    ...(reboot === 'required' ? ['it is in another boot than before'] : []),
    ...(services.length === 0
      ? []
      : [`every service named like ${services.join(', ')} that ran before runs again`]),
    ...(symptom === null ? [] : ['the symptom was not logged since it is back']),
    ...(rule.settleMs === 0
      ? []
      : [`all of this is looked at ${long(rule.settleMs)} after it came back`]),
    ...(rule.quietForMs === 0
      ? []
      : [`in service again, it does not log the symptom for ${long(rule.quietForMs)} more`]),
  ];
  return texts.map((text) => ({ text }));
}
