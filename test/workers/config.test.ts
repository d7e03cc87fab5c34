import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../contracts/failures';
import { projectDir, readConfig } from '../../workers/config';

describe('the configuration of a worker', () => {
  it('keeps everything under .state of the current folder when nothing else is said', () => {
    expect(readConfig({}, '/srv/rollouts')).toMatchObject({
      stateDir: '/srv/rollouts/.state',
      packageDir: '/srv/rollouts/.state/packages',
      previewDir: '/srv/rollouts/.state/previews',
      secretsDir: '/srv/rollouts/.state/secrets',
      temporalExecutable: null,
      pace: 1,
      maxSessions: 500,
      maxSessionsPerSite: null,
    });
  });

  it('follows the environment; relative folders start from the current one', () => {
    const environment = {
      ROLLOUT_STATE_DIR: '/var/rollouts',
      ROLLOUT_PACKAGE_DIR: 'packages',
      ROLLOUT_TEMPORAL_EXECUTABLE: './temporal',
      ROLLOUT_PACE: '0.01',
      ROLLOUT_MAX_SESSIONS: '50',
      ROLLOUT_MAX_SESSIONS_PER_SITE: '20',
    };
    expect(readConfig(environment, '/here')).toMatchObject({
      packageDir: '/here/packages',
      previewDir: '/var/rollouts/previews',
      temporalExecutable: '/here/temporal',
      pace: 0.01,
      maxSessions: 50,
      maxSessionsPerSite: 20,
    });
  });

  it.each([
    { name: 'ROLLOUT_PACE', value: 'fast', says: 'is not a number' },
    { name: 'ROLLOUT_PACE', value: '0', says: 'must be above 0' },
    { name: 'ROLLOUT_PACE', value: '', says: 'must be above 0' },
    { name: 'ROLLOUT_MAX_SESSIONS', value: 'many', says: 'is not a number' },
    { name: 'ROLLOUT_MAX_SESSIONS', value: '0', says: 'must be at least 1' },
    { name: 'ROLLOUT_MAX_SESSIONS_PER_SITE', value: '2.5', says: 'must be a whole number' },
    { name: 'ROLLOUT_MAX_SESSIONS_PER_SITE', value: '', says: 'must be at least 1' },
    { name: 'ROLLOUT_STATE_DIR', value: ' ', says: 'names no folder' },
    { name: 'ROLLOUT_TEMPORAL_EXECUTABLE', value: '', says: 'names no file' },
  ])('refuses $name=$value and says why', ({ name, value, says }) => {
    const read = () => readConfig({ [name]: value }, '/here');
    expect(read).toThrow(Failure);
    expect(read).toThrow(`${name} ${says}`);
  });

  it('finds the folder of the project from its sources', () => {
    expect(existsSync(join(projectDir(), 'package.json'))).toBe(true);
  });
});
