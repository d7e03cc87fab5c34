const swc = (syntax) => [
  '@swc/jest',
  { jsc: { target: 'es2023', parser: { syntax } }, sourceMaps: 'inline' },
];

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': swc('typescript'),
    '/temporal-(polyfill|utils)/.+\\.js$': swc('ecmascript'),
  },
  // It is there as ES modules only; Node itself loads them with require, jest not yet.
  transformIgnorePatterns: ['/node_modules/(?!temporal-(polyfill|utils)/)'],
  testTimeout: 180_000,
  // In a sandbox each use of a global is a slow look-up (Jest says so of Math): the simulators and the lab make millions.
  sandboxInjectedGlobals: [
    'Array',
    'Error',
    'JSON',
    'Map',
    'Math',
    'Number',
    'Object',
    'Promise',
    'Symbol',
  ],
  testSequencer: '<rootDir>/test/sequencer.cjs',
  // The suites wait more than they compute: two workers on two processors left them idle for two fifths of the time.
  maxWorkers: 3,
};
