export { budgetWords } from '../rollout';
export { forecast } from './forecast';
export { neverStarts } from './never-starts';
export { previewWaves, type PreviewedHost, type PreviewedWaves } from './preview-waves';
export { wavesOf } from './waves-of';
