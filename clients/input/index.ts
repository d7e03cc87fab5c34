export { BadInput, type InputProblem } from './bad-input';
export { type Loaded, loadFleet, loadHotfix, loadPlan } from './load';
export { readYaml } from './read-yaml';
export { type ResolvedPreview, resolvePreview } from './resolve-preview';
