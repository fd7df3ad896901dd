/** A lazy chunk: what only caches with a store or a bus need. */
export { ThirdLevel } from './third-level.js';
