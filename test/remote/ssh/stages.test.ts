import type { Failure } from '../../../contracts/failures';
import { startStages } from '../../../remote/ssh/stages';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

describe('the stages of a connection', () => {
  const started = () => {
    const late: Failure[] = [];
    const clock = startStages(1000, { host: 'db1:22' }, (failure) => late.push(failure));
    return { clock, late };
  };

  it('have a share of the time each, and begin anew with it', () => {
    const { clock, late } = started();
    jest.advanceTimersByTime(400);
    clock.enter('banner');
    jest.advanceTimersByTime(400);
    expect(late).toEqual([]);
    jest.advanceTimersByTime(100);
    expect(late).toMatchObject([
      { code: 'connect-timeout', facts: { host: 'db1:22', stage: 'banner', timeoutMs: 500 } },
    ]);
  });

  it('take no longer together than the whole time', () => {
    const { clock, late } = started();
    jest.advanceTimersByTime(400);
    clock.enter('handshake');
    jest.advanceTimersByTime(400);
    clock.enter('login');
    jest.advanceTimersByTime(199);
    expect(late).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(late).toMatchObject([{ facts: { stage: 'login', timeoutMs: 200 } }]);
  });

  it('are late no more when they have been stopped', () => {
    const { clock, late } = started();
    clock.stop();
    jest.advanceTimersByTime(10_000);
    expect(late).toEqual([]);
  });
});
