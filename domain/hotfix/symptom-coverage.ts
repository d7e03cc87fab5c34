import type { EventLogFacts, HostFacts } from '../../contracts/facts';
import type { AffectedRule } from '../../contracts/hotfix';
import { type Reason, reason } from '../../contracts/reason';

/**
 * Why the absence of symptoms proves nothing: they may not have been written (the provider logs them only from a level
 * on, and hardening guides demand a lower one), or the log may have forgotten them.
 */
export function whyQuietIsUnknown(
  facts: HostFacts,
  rule: AffectedRule,
  log: EventLogFacts,
  hostTimeMs: number,
): Reason[] {
  return [whyNotWritten(facts, rule), whyNotKept(rule, log, hostTimeMs)].filter(
    (doubt) => doubt !== null,
  );
}

function whyNotWritten({ loggingLevel }: HostFacts, rule: AffectedRule): Reason | null {
  const { atLeast } = rule.logging;
  if (!loggingLevel.known) {
    const message = `Whether ${rule.provider} logs the event is not known: ${loggingLevel.why}.`;
    return reason('logging-level-unanswered', message);
  }
  if (loggingLevel.value >= atLeast) return null;
  return reason(
    'logging-off',
    `${rule.provider} logs at level ${loggingLevel.value} (${rule.logging.valueEndsWith}), the event needs ${atLeast}.`,
    { level: loggingLevel.value, atLeast },
  );
}

function whyNotKept(rule: AffectedRule, log: EventLogFacts, hostTimeMs: number): Reason | null {
  const oldestMs = log.oldestRecordAt === null ? Number.NaN : Date.parse(log.oldestRecordAt);
  if (Number.isNaN(oldestMs)) {
    return reason(
      'log-reach-unknown',
      `The oldest record of the log ${rule.log} has no known time.`,
    );
  }
  if (hostTimeMs - oldestMs >= rule.lookbackMs) return null;
  return reason(
    'log-too-short',
    `The log ${rule.log} reaches back to ${log.oldestRecordAt ?? ''} only, less than the lookback.`,
    { oldestRecordAt: log.oldestRecordAt, lookbackMs: rule.lookbackMs },
  );
}
