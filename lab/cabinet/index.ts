export { BadCabinet, readCabinet } from './read';
export { createCabinet } from './write';
export { createHotfixPackage } from './hotfix-package';
export type { CabinetFile } from './layout';
