import type { EventLogFacts, HostFacts } from '../../contracts/facts';
import type { SymptomPattern } from '../../contracts/hotfix';
import { type Reason, reason } from '../../contracts/reason';

/**
 * Why the absence of symptoms proves nothing: they may not have been written (the provider logs them only from a level
 * on, and hardening guides demand a lower one), or the log may have forgotten them.
 */
export function whyQuietIsUnknown(
  facts: HostFacts,
  pattern: SymptomPattern,
  log: EventLogFacts,
  hostTimeMs: number,
): Reason[] {
  return [whyNotWritten(facts, pattern), whyNotKept(pattern, log, hostTimeMs)].filter(
    (doubt) => doubt !== null,
  );
}

function whyNotWritten(
  { loggingLevel }: HostFacts,
  { logging, provider }: SymptomPattern,
): Reason | null {
  if (logging === null) return null;
  const { atLeast } = logging;
  if (!loggingLevel.known) {
    const message = `Whether ${provider} logs the event is not known: ${loggingLevel.why}.`;
    return reason('logging-level-unanswered', message);
  }
  if (loggingLevel.value >= atLeast) return null;
  return reason(
    'logging-off',
    `${provider} logs at level ${loggingLevel.value} (${logging.valueEndsWith}), the event needs ${atLeast}.`,
    { level: loggingLevel.value, atLeast },
  );
}

function whyNotKept(
  pattern: SymptomPattern,
  log: EventLogFacts,
  hostTimeMs: number,
): Reason | null {
  const oldestMs = log.oldestRecordAt === null ? Number.NaN : Date.parse(log.oldestRecordAt);
  if (Number.isNaN(oldestMs)) {
    return reason(
      'log-reach-unknown',
      `The oldest record of the log ${pattern.log} has no known time.`,
    );
  }
  if (hostTimeMs - oldestMs >= pattern.lookbackMs) return null;
  return reason(
    'log-too-short',
    `The log ${pattern.log} reaches back to ${log.oldestRecordAt ?? ''} only, less than the lookback.`,
    { oldestRecordAt: log.oldestRecordAt, lookbackMs: pattern.lookbackMs },
  );
}
