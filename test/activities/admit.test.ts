import { createAdmit } from '../../activities/admit';
import type { RolloutAction } from '../../contracts/plan';
import { hash, preview, target } from './run-step';

const asked: string[] = [];
const admit = (action?: RolloutAction): Promise<void> => {
  const content = { ...preview.content, package: null, ...(action !== undefined && { action }) };
  return createAdmit({
    previews: { read: () => Promise.resolve({ hash, content }) },
    packages: {
      find: ({ fileName }) => {
        asked.push(fileName);
        return Promise.resolve(fileName);
      },
    },
    readFleet: () => Promise.reject(new Error('no fleet is read here')),
  })({ previewHash: hash, hosts: [target.hostId], needsPackage: true });
};

describe('a preview that names no package', () => {
  it.each<RolloutAction>(['mitigate', 'rollback'])('is admitted to %s', async (action) => {
    await expect(admit(action)).resolves.toBeUndefined();
    expect(asked).toEqual([]);
  });

  it.each([undefined, 'fix' as const])('is not admitted to fix (%s)', async (action) => {
    await expect(admit(action)).rejects.toMatchObject({
      code: 'bad-request',
      message: 'the preview names no package',
    });
  });
});
