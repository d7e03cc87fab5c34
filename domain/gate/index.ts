export { type GateJudgement, callOffGate, judgeGate } from './judge-gate';
export { type Judged, judgeValues } from './judge-values';
export { type AskedHost, fillText, fillUrl } from './placeholders';
export { addMeasurement, emptyRecord } from './record';
export { gatesAfterHost, gatesBeforeWave, hostsAsked } from './when-asked';
