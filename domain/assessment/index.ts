export { assessedHost, completeBatch } from './assessed-host';
export { splitPieces } from './pieces';
