// Answers to questions about files, kept while the files stay as they are.

import { CacheFactory } from '@code-mesh/perf';
import { KEPT_ANSWERS } from './limits.mjs';

/** Remembers answers under the question and the state of the file. */
export class Searches {
	#cache = CacheFactory.createToolCache({ l1Size: KEPT_ANSWERS });

	/** The answer to a question about a file, from `search` where it is not known; undefined is no answer and not kept. */
	ask(file, question, search) {
		if (file.key === undefined) return search();
		return this.#cache.getOrSet(`${question} ${file.key}`, search);
	}

	/** What the cache counted. */
	stats() {
		return this.#cache.stats();
	}

	/** Forgets everything. */
	dispose() {
		this.#cache.dispose();
	}
}
