export { assessWorkflow } from './assess-workflow';
export { hostWorkflow } from './host-workflow';
export { rolloutWorkflow } from './rollout-workflow';
