export { type BeaconHandlerOptions, beaconHandler } from './node/beacon-handler.js';
export { loadSync } from './node/load-sync.js';
export { type ProcessMemory, processMemory } from './node/process-memory.js';
export { saveOnExit } from './node/save-on-exit.js';
