export { BadInput, type InputProblem } from './bad-input';
export { loadFleet } from '../inventory/load-fleet';
export { type Loaded, loadHotfix, loadPlan } from './load';
export { readYaml } from './read-yaml';
export { type ResolvedPreview, resolvePreview } from './resolve-preview';
