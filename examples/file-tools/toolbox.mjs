// The tools as an agent calls them: each is measured, asks the caches first, and may fail.

import { Buffers } from './buffers.mjs';
import { Contents } from './contents.mjs';
import { Failures } from './failures.mjs';
import { FILE_LIMIT } from './limits.mjs';
import { Searches } from './searches.mjs';
import { compress } from './tools/compress.mjs';
import { hash } from './tools/hash.mjs';
import { list } from './tools/list.mjs';
import { parseJson } from './tools/parse-json.mjs';
import { read, TooLarge } from './tools/read.mjs';
import { QUESTIONS, search } from './tools/search.mjs';

/** The operations in the order of the table; `waits` ones are measured across an await. */
export const OPERATIONS = [
	{ name: 'list', waits: true },
	{ name: 'read', waits: true },
	{ name: 'search', waits: false },
	{ name: 'parse_json', waits: false },
	{ name: 'hash', waits: false },
	{ name: 'compress', waits: true },
];

/**
 * Measured is the work itself, so what a cache answers is in its own counts and not in the table. Every tool that needs
 * the content of a file asks for it by itself, as separate calls of an agent do.
 */
export class Toolbox {
	#measured;
	#buffers = new Buffers();
	#failures = new Failures();
	#contents = new Contents((path) => this.#read(path));
	#searches = new Searches();
	#tooLarge = 0;

	constructor(monitor) {
		this.#measured = Object.fromEntries(OPERATIONS.map(({ name }) => [name, monitor.operation(name)]));
		monitor.observe('fileCache', () => this.#contents.stats());
		monitor.observe('searchCache', () => this.#searches.stats());
		monitor.observe('buffers', () => this.#buffers.stats());
	}

	/** The entries of a folder. */
	list(path) {
		return this.#attempt('list', path, () => this.#measured.list.timeAsync(() => list(path)));
	}

	/** What `look` makes of the bytes of a file, which it must not keep; undefined where it cannot be read. */
	read(file, look) {
		return this.#attempt('read', file.path, () => this.#contents.use(file, look));
	}

	/** How often what each question looks for occurs in a text file, by question. */
	async search(file, questions) {
		// Made only where an answer is not known, and not kept: the bytes are.
		let text;
		const answer = async (question) => {
			text ??= await this.#contents.use(file, (bytes) => bytes.toString());
			return text === undefined ? undefined : this.#measured.search.time(() => search(text, QUESTIONS[question]));
		};
		const found = {};
		for (const question of questions) {
			const ask = () => this.#searches.ask(file, question, () => answer(question));
			found[question] = (await this.#attempt('search', file.path, ask)) ?? 0;
		}
		return found;
	}

	/** The value of a JSON file. */
	parseJson(file) {
		const parse = (bytes) => {
			const text = bytes.toString();
			return this.#measured.parse_json.time(() => parseJson(text));
		};
		return this.#attempt('parse_json', file.path, () => this.#contents.use(file, parse));
	}

	/** The hash of a file. */
	hash(file) {
		const work = (bytes) => this.#measured.hash.time(() => hash(bytes));
		return this.#attempt('hash', file.path, () => this.#contents.use(file, work));
	}

	/** A file packed. */
	compress(file) {
		const work = (bytes) => this.#measured.compress.timeAsync(() => compress(bytes));
		return this.#attempt('compress', file.path, () => this.#contents.use(file, work));
	}

	/** What failed and what was left out. */
	counts() {
		return { tooLarge: this.#tooLarge, ...this.#failures.toJSON() };
	}

	/** Empties the caches; gives what they and the pool counted until then, and the pool with everything given back. */
	async finish() {
		const caches = { fileCache: this.#contents.stats(), searchCache: this.#searches.stats() };
		this.#searches.dispose();
		await this.#contents.dispose();
		const counts = { ...caches, buffers: this.#buffers.stats() };
		this.#buffers.dispose();
		return counts;
	}

	#attempt(tool, path, work) {
		return this.#failures.attempt(tool, path, work);
	}

	/** A file over the limit is no failure of reading: the refusal is the answer, so it is taken out of the measured call. */
	async #read(path) {
		const answer = await this.#measured.read.timeAsync(() =>
			read(path, FILE_LIMIT, this.#buffers).catch((error) => {
				if (error instanceof TooLarge) return error;
				throw error;
			}),
		);
		if (!(answer instanceof TooLarge)) return answer;
		this.#tooLarge++;
		return undefined;
	}
}
