/** Microseconds of one decision, and what each host adds to it: measured on a busy machine, no more than a rule of thumb. */
const cost = { eventUs: 60, hostUs: 0.3, eventsPerHost: 2.2 };

/** Runs that so much time is enough for, at least 1. */
export const runsWithin = (ms: number, hosts: number, most: number): number => {
  const runMs = (cost.eventsPerHost * hosts * (cost.eventUs + cost.hostUs * hosts)) / 1000;
  return Math.max(1, Math.min(most, Math.floor(ms / Math.max(runMs, 0.1))));
};
