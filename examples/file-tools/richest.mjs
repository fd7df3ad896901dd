// The few that matter most of any number.

/** Keeps the `limit` things with the highest ranks, so that a long walk needs no long list. */
export class Richest {
	#limit;
	#kept = [];

	constructor(limit) {
		this.#limit = limit;
	}

	/** Offers one; of equal ranks the first stays. */
	offer(thing, rank) {
		if (this.#kept.length === this.#limit && rank <= this.#kept.at(-1).rank) return;
		const before = this.#kept.findIndex((kept) => kept.rank < rank);
		this.#kept.splice(before === -1 ? this.#kept.length : before, 0, { thing, rank });
		if (this.#kept.length > this.#limit) this.#kept.pop();
	}

	/** The highest first. */
	list() {
		return this.#kept.map(({ thing }) => thing);
	}
}
