/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, sourceMaps: 'inline' },
    ],
  },
  testTimeout: 180_000,
  testSequencer: '<rootDir>/test/sequencer.cjs',
  // The suites wait more than they compute: two workers on two processors left them idle for two fifths of the time.
  maxWorkers: 3,
};
