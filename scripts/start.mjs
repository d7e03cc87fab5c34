// `npm start`: sets up what is missing, then the demo, which is the main job on an emulated fleet.
import { runRollout, setUp } from './setup.mjs';

setUp();
await runRollout(['demo', ...process.argv.slice(2)]);
