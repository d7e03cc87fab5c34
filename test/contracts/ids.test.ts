import {
  assessWorkflowId,
  availabilitySetOf,
  availabilityWorkflowId,
  hostId,
  hostIdOf,
  hostWorkflowId,
  noticeWorkflowId,
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
  expect(noticeWorkflowId('CHG1/1/chat')).toBe('notice/CHG1/1/chat');
});

test.each(['dag1', 'DCs_of-site.1', 'a'.repeat(63)])(
  'the workflow id of availability set %s leads back to it',
  (set) => {
    expect(availabilitySetOf(availabilityWorkflowId(set))).toBe(set);
    expect(hostIdOf(availabilityWorkflowId(set))).toBeUndefined();
  },
);

test.each(['', 'a/b', 'a b', 'a'.repeat(64)])(
  '%j is not the name of an availability set',
  (set) => {
    expect(availabilitySetOf(availabilityWorkflowId(set))).toBeUndefined();
  },
);
