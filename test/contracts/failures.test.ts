import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, failureCodes, failureKinds, finalFailureCodes } from '../../contracts/failures';

const documented = readFileSync(join(__dirname, '../../docs/errors.md'), 'utf8')
  .split('\n')
  .flatMap((line) => /^\| `([a-z-]+)` +\|/.exec(line)?.[1] ?? []);

test('every failure code has a line in docs/errors.md, and no line is left over', () => {
  expect(documented.toSorted()).toEqual([...failureCodes].toSorted());
});

test('a code is either retried or named as final to the retry policies', () => {
  for (const code of failureCodes) {
    expect(finalFailureCodes.includes(code)).toBe(!failureKinds[code].retryable);
  }
});

test('a failure takes its advice from its code unless it knows better', () => {
  expect(new Failure('login-refused', 'x').advice).toBe(failureKinds['login-refused'].advice);
  expect(new Failure('login-refused', 'x', { advice: 'unlock it' }).advice).toBe('unlock it');
});
