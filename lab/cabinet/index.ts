export { BadCabinet, readCabinet } from './read';
export { createCabinet } from './write';
export { createHotfixPackage, createPackageCabinet } from './hotfix-package';
export type { HotfixPackageOptions } from './hotfix-package';
export type { CabinetFile } from './layout';
