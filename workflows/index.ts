export { assessWorkflow } from './assess-workflow';
export { availabilityWorkflow } from './availability-workflow';
export { gateWorkflow } from './gate-workflow';
export { hostWorkflow } from './host-workflow';
export { noticeWorkflow } from './notice-workflow';
export { rolloutWorkflow } from './rollout-workflow';
export { stageWorkflow } from './stage-workflow';
export { standingWorkflow } from './standing-workflow';
