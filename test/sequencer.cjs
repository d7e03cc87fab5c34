const Sequencer = require('@jest/test-sequencer').default;

/**
 * The suites that take longest, longest first. A fresh clone has no record of earlier runs and would order by file size:
 * the longest one then runs alone at the end, with a processor idle.
 */
const longest = [
  'test/workflows/limits.test.ts',
  'test/crash/crash.test.ts',
  'test/examples/change-control.test.ts',
  'test/clients/demo/demo.test.ts',
  'test/peers/wine-rollout.test.ts',
  'test/secrets/secrets.test.ts',
  'test/workflows/rollout-workflow.test.ts',
  'test/activities/on-the-lab.test.ts',
  'test/peers/wine-facts.test.ts',
];

module.exports = class extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const rank = ({ path }) =>
      longest.findIndex((name) => path.replaceAll('\\', '/').endsWith(name));
    const first = sorted.filter((test) => rank(test) >= 0).sort((a, b) => rank(a) - rank(b));
    return [...first, ...sorted.filter((test) => rank(test) < 0)];
  }
};
