import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { Failure, failureCodes, failureKinds } from '../../contracts/failures';
import { applicationFailure, failureInterceptor } from '../../workers/failure-interceptor';

describe('a failure of ours', () => {
  it('becomes one of Temporal with its code, facts and advice', () => {
    const failure = new Failure('disk-full', 'srv-01: 3 MB free', { facts: { host: 'srv-01' } });
    expect(applicationFailure(failure)).toMatchObject({
      type: 'disk-full',
      message: 'srv-01: 3 MB free',
      nonRetryable: true,
      details: [{ facts: { host: 'srv-01' }, advice: failureKinds['disk-full'].advice }],
    });
  });

  it.each(failureCodes)('%s is tried again exactly when that may help', (code) => {
    const { nonRetryable, category } = applicationFailure(new Failure(code, 'what'));
    expect(nonRetryable).toBe(!failureKinds[code].retryable);
    expect(category).toBe(failureKinds[code].retryable ? 'BENIGN' : undefined);
  });

  it('says when it may be tried again where the other side wants to be left alone so long', () => {
    const facts = { retryAfterMs: 120_000 };
    const told = applicationFailure(new Failure('notice-undelivered', 'busy', { facts }));
    expect(told.nextRetryDelay).toBe(120_000);
    const untold = applicationFailure(new Failure('notice-undelivered', 'busy'));
    expect(untold.nextRetryDelay ?? null).toBeNull();
  });

  const run = (error: Error) =>
    new MockActivityEnvironment(
      {},
      {
        interceptors: [failureInterceptor],
        logger: new DefaultLogger('ERROR'),
      },
    ).run(() => Promise.reject(error));

  it('is turned at the edge of the activity', async () => {
    const error: unknown = await run(new Failure('connection-lost', 'cut')).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ApplicationFailure);
    expect(error).toMatchObject({ type: 'connection-lost' });
  });

  it('and nothing else is touched: a bug stays what it is', async () => {
    const bug = new TypeError('x is undefined');
    await expect(run(bug)).rejects.toBe(bug);
  });
});
