#!/usr/bin/env node
import { runRollout, setUp } from './setup.mjs';

setUp();
await runRollout(process.argv.slice(2));
