// What went wrong, counted; the first few by name.

import { SHOWN_FAILURES } from './limits.mjs';
import { printable } from './units.mjs';

/** Lets tools fail without ending the run. */
export class Failures {
	#shown = [];
	#count = 0;

	/** What `work` gives, or undefined when it failed. */
	async attempt(tool, path, work) {
		try {
			return await work();
		} catch (error) {
			this.#count++;
			if (this.#shown.length < SHOWN_FAILURES)
				this.#shown.push({ tool, path: printable(path), reason: error.code ?? error.message });
			return undefined;
		}
	}

	/** For the report. */
	toJSON() {
		return { failed: this.#count, failures: this.#shown };
	}
}
