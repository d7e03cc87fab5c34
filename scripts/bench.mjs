// `npm run bench -- [options]`: see bench/main.ts.
import { setUp } from './setup.mjs';

setUp();
const { main } = await import('../dist/bench/main.js');
process.exitCode = await main(process.argv.slice(2));
