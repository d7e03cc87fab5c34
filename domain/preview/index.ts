export { budgetWords } from '../rollout';
export { compareWithFleet } from './compare-with-fleet';
export { estimate } from './estimate';
export { forecast, type Forecast, type ForecastInput } from './forecast';
export { neverStarts } from './never-starts';
export { previewWaves, type PreviewedHost, type PreviewedWaves } from './preview-waves';
export { walkOrder } from './walk-order';
export { wavesOf } from './waves-of';
