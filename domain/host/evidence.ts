import { evidenceBytes } from '../../contracts/names';
import type { HostResult, StepRecord } from '../../contracts/rollout';

/** Sentences are cut to so many characters when details alone were not enough. */
const sentenceLimit = 200;

/**
 * A host's result cut to what evidence may have. Details go first, the largest first, and each says that it went; only
 * then sentences are shortened. Outcome, reason and the list of steps always stay.
 */
export function fitEvidence(result: HostResult, limitBytes = evidenceBytes): HostResult {
  let steps = [...result.steps];
  const size = (): number => bytesOf({ ...result, steps });
  while (size() > limitBytes) {
    const largest = indexOfLargestDetail(steps);
    if (largest === null) break;
    steps = steps.map((step, index) => (index === largest ? withoutDetail(step) : step));
  }
  if (size() > limitBytes) steps = steps.map(withShortSentences);
  return { ...result, steps };
}

interface CutDetail {
  readonly cut: true;
  readonly bytes: number;
}

function indexOfLargestDetail(steps: readonly StepRecord[]): number | null {
  let largest: { index: number; bytes: number } | null = null;
  for (const [index, { detail }] of steps.entries()) {
    if (detail === undefined || isCut(detail)) continue;
    const bytes = bytesOf(detail);
    if (largest === null || bytes > largest.bytes) largest = { index, bytes };
  }
  return largest?.index ?? null;
}

function withoutDetail(step: StepRecord): StepRecord {
  const detail: CutDetail = { cut: true, bytes: bytesOf(step.detail) };
  return { ...step, detail };
}

function withShortSentences(step: StepRecord): StepRecord {
  const { failure } = step;
  return {
    ...step,
    summary: short(step.summary),
    ...(failure === undefined ? {} : { failure: { ...failure, message: short(failure.message) } }),
  };
}

const isCut = (detail: unknown): boolean =>
  typeof detail === 'object' && detail !== null && 'cut' in detail && detail.cut === true;

const short = (text: string): string =>
  text.length <= sentenceLimit ? text : `${text.slice(0, sentenceLimit - 1)}…`;

/** UTF-8 bytes of the JSON, counted without Buffer or TextEncoder, which workflows and domain do not have. */
export function bytesOf(value: unknown): number {
  const text = JSON.stringify(value) ?? '';
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return bytes;
}
