export { assessedHost, completeBatch } from './assessed-host';
export { splitPieces } from './pieces';
export { fitAssessed } from './fit-assessed';
