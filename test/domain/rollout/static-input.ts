import { previewHash, rolloutId } from '../../../contracts/ids';
import type { StatusInput } from '../../../domain/rollout';

export const staticInput: StatusInput = {
  rolloutId: rolloutId('CHG1'),
  previewHash: previewHash('a'.repeat(64)),
  change: 'CHG1',
  requestedBy: 'ada',
  hotfix: { id: 'KB3004383' },
};
