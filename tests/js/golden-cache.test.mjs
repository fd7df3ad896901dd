// The log of tests/golden_cache.rs, step by step, in the module that ships.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { load } from '@code-mesh/perf';
import { Random } from './support/random-operations.mjs';

const STEPS = 30_000;
const GOLDEN = JSON.parse(readFileSync(new URL('../golden/cache.json', import.meta.url), 'utf8'));

await load();
const { caches } = globalThis[Symbol.for('@code-mesh/perf/2')].core;

for (const [index, [policy, bytes]] of GOLDEN.entries()) {
	const seed = index + 1;
	test(`seed ${seed}: the module decides as the native core does`, () => assert.equal(outcome(seed), policy));
	test(`seed ${seed}: fingerprints and compressed bytes are the same`, () => assert.equal(bytesOutcome(seed), bytes));
}

function outcome(seed) {
	const random = new Random(seed);
	const capacity = 20 + random.below(2000);
	const maxWeight = random.below(2) * capacity * 10;
	const id = caches.cacheNew(capacity, maxWeight, 0);
	const free = [];
	let next = 0;
	const held = new Map();
	const keys = new Map();
	const digest = new Digest();
	let now = 0;
	const letGo = (slot) => {
		held.delete(keys.get(slot));
		keys.delete(slot);
		free.push(slot);
	};
	const evict = (first) => {
		for (let victim = first; victim >= 0; victim = caches.cacheVictim(id)) {
			digest.add(victim);
			letGo(victim);
		}
	};
	for (let step = 0; step < STEPS; step++) {
		const key = random.below(random.below(capacity * 3) + 1);
		const weight = 1 + random.below(30);
		const what = random.below(20);
		const slot = held.get(key);
		if (slot === undefined) {
			const taken = free.pop() ?? next++;
			const victim = caches.cacheInsert(id, taken, Math.imul(key, 0x9e3779b1) >>> 0, weight);
			if (victim === -2) {
				digest.add(7);
				free.push(taken);
				continue;
			}
			held.set(key, taken);
			keys.set(taken, key);
			if (what < 10) caches.cacheSchedule(id, taken, now + random.below(5000));
			evict(victim);
		} else if (what === 0) {
			caches.cacheRemove(id, slot);
			letGo(slot);
		} else if (what === 1) {
			evict(caches.cacheReweigh(id, slot, weight));
		} else if (what === 2) {
			now += random.below(200);
			for (let due = caches.cacheDue(id, now); due >= 0; due = caches.cacheDue(id, now)) digest.add(due);
		} else {
			caches.cacheHit(id, slot);
		}
	}
	digest.add(caches.cacheLength(id));
	digest.add(caches.cacheWindow(id));
	for (const place of caches.cacheOrder(id)) digest.add(place);
	for (const word of caches.cacheSketch(id)) digest.add(word);
	const advice = caches.cacheAdvise(id);
	for (let row = 0; row < advice.length; row += 4) {
		digest.add(advice[row]);
		digest.add(Math.floor(advice[row + 2] * 1e9));
	}
	caches.cacheFree(id);
	return digest.value >>> 0;
}

function bytesOutcome(seed) {
	const random = new Random(seed);
	const length = random.below(3000);
	const text = Uint8Array.from({ length }, () => 97 + random.below(7));
	const digest = new Digest();
	const key = new TextDecoder().decode(text);
	for (const word of caches.fingerprint(key, Uint32Array.of(seed, 1, 2, 3))) digest.add(word);
	const block = caches.compress(text);
	for (const byte of block ?? []) digest.add(byte);
	if (block) assert.deepEqual(caches.decompress(block, length), text);
	return digest.value >>> 0;
}

/** FNV-1a, number by number. */
class Digest {
	value = 0x811c9dc5;

	add(number) {
		this.value = Math.imul(this.value ^ number, 0x01000193);
	}
}
