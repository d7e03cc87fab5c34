/** Random numbers that are the same for the same seed: a forecast is to say the same twice. */
export type Random = () => number;

/** mulberry32 by Tommy Ettinger, public domain. From 0 up to 1, which it never reaches. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** How long the next host is out of service. */
export type Durations = (random: Random) => number;

/** Fewer say too little of how long the slow ones take. */
export const enoughSeen = 5;

/**
 * What was seen, each as likely as the others. Where that is too little, what the plan says of a host: it has to fit the
 * fallback too, so that it is taken for the 95th percentile, and half of it for the median; times of repair and restart
 * are skewed to the right, for which a log-normal distribution stands (NIST e-Handbook of Statistical Methods, 8.1.6.4).
 */
export const durationsFrom = (seenMs: readonly number[], planMs: number): Durations => {
  if (seenMs.length >= enoughSeen)
    return (random) => seenMs[Math.floor(random() * seenMs.length)] ?? planMs;
  return (random) =>
    Math.round(Math.min((planMs / 2) * Math.exp(spread * normal(random)), most * planMs));
};

const spread = Math.log(2) / 1.645;
/** A host that takes longer ends by a time-out of its steps. */
const most = 3;

/** Box and Muller, 1958. */
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
