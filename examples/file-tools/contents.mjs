// The contents of files, read once and kept while they are asked for.

import { stat } from 'node:fs/promises';
import { CacheFactory } from '@code-mesh/perf';
import { KEPT_BYTES, KEPT_FILES } from './limits.mjs';

/**
 * A file as it is now: its key says which file, and which state of it, by time and size as build tools tell it; a
 * change to the same size within one tick of the file system's clock is not seen. One that cannot be looked at has no
 * key: reading it will say why.
 */
export async function lookAt(path) {
	const found = await stat(path).catch(() => undefined);
	if (!found?.isFile()) return { path, key: undefined, size: 0 };
	// Names need not be text; in latin1 each byte is one character, so that no two names become the same.
	return { path, key: `${found.mtimeMs} ${found.size} ${path.toString('latin1')}`, size: found.size };
}

/** Lends the contents of files to tools, from the cache where it has them. */
export class Contents {
	#read;
	#savedBytes = 0;
	#cache;

	/**
	 * `read(path)` gives the `Content` of a file, or undefined where there is none.
	 *
	 * @param {(path: Buffer) => Promise<import('./content.mjs').Content | undefined>} read
	 * @param {{ files?: number, bytes?: number }} [limits] of what is kept
	 */
	constructor(read, { files = KEPT_FILES, bytes = KEPT_BYTES } = {}) {
		this.#read = read;
		this.#cache = CacheFactory.createFileCache({
			l1Size: files,
			l1Bytes: bytes,
			sizeOf: (content) => content.size,
			onEvict: (content) => content.letGo(),
		});
	}

	/** Gives the bytes of a file to `work`, which has them until what it returns is settled; undefined where there are none. */
	async use(file, work) {
		const content = this.#kept(file) ?? (await this.#fetch(file));
		if (content === undefined) return undefined;
		try {
			return await work(content.bytes);
		} finally {
			content.letGo();
		}
	}

	/** What the cache counted, and `savedBytes`: those that were not read from the disk again. */
	stats() {
		return { ...this.#cache.stats(), savedBytes: this.#savedBytes };
	}

	/** Lets everything go; the buffers are back when the promise is fulfilled. */
	async dispose() {
		this.#cache.dispose();
		// The cache tells of what went after the call that caused it.
		await Promise.resolve();
	}

	/** Held in the same breath: between looking it up and holding it, the cache cannot drop it. */
	#kept(file) {
		const content = file.key === undefined ? undefined : this.#cache.get(file.key);
		this.#savedBytes += content?.length ?? 0;
		return content?.hold();
	}

	async #fetch(file) {
		const content = await this.#read(file.path);
		// What is not as long as the file said changed meanwhile, or is one of those of /proc: the key does not stand for it.
		if (content !== undefined && file.key !== undefined && content.length === file.size) this.#keep(file.key, content);
		return content;
	}

	/** The cache holds it from now on, and lets go when it drops it, be it at once. */
	#keep(key, content) {
		const { tooHeavy } = this.#cache.stats();
		this.#cache.set(key, content.hold());
		// What is too large for it was never taken in, and so never goes.
		if (this.#cache.stats().tooHeavy > tooHeavy) content.letGo();
	}
}
