import {
  assessWorkflowId,
  hostId,
  hostIdOf,
  hostWorkflowId,
  rolloutId,
  rolloutIdOf,
  rolloutWorkflowId,
} from '../../contracts/ids';

test.each(['ex01', 'EX-01.contoso.test', 'a'.repeat(63)])(
  'the workflow id of host %s leads back to it',
  (text) => {
    expect(hostIdOf(hostWorkflowId(hostId(text)))).toBe(text);
    expect(rolloutIdOf(rolloutWorkflowId(rolloutId(text)))).toBe(text);
  },
);

test.each(['', '-a', 'a/b', 'a b', 'ä', 'a'.repeat(64)])('%j is not a host id', (text) => {
  expect(() => hostId(text)).toThrow(RangeError);
});

test('a workflow id of another kind is no host id', () => {
  expect(hostIdOf('rollout/ex01')).toBeUndefined();
  expect(rolloutIdOf('host/ex01')).toBeUndefined();
  expect(assessWorkflowId('CHG1', 2)).toBe('assess/CHG1/2');
});
