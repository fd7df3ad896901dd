/** What the cache is held against, under the names that the result has. */
import { lru } from './lru.mjs';
import { s3Fifo } from './s3-fifo.mjs';
import { sieve } from './sieve.mjs';
import { wTinyLfu } from './w-tinylfu.mjs';

/** Each takes `(keys, distinct, size)` with keys from 0 to `distinct` - 1, and gives its hits. */
export const REFERENCES = { LRU: lru, SIEVE: sieve, S3FIFO: s3Fifo, WTinyLFU: wTinyLfu };
