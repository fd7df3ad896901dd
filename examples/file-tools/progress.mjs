// Signs of life on standard error.

import { bytes, elapsed, fit, integer, plural, printable } from './units.mjs';

const TERMINAL_EVERY_MS = 100;
const PLAIN_EVERY_MS = 5000;

/** One line that is rewritten on a terminal; elsewhere a line every few seconds, so that logs stay short. */
export class Progress {
	#stream;
	#terminal;
	#started = performance.now();
	#next;

	constructor(stream) {
		this.#stream = stream;
		this.#terminal = stream.isTTY === true;
		this.#next = this.#started + (this.#terminal ? 0 : PLAIN_EVERY_MS);
	}

	/** Said at once, so that a slow disk does not look like a standstill. */
	begin(folder) {
		if (!this.#terminal) this.#stream.write(`Working through ${printable(folder)}\n`);
	}

	/** Called after every file; writes only now and then. */
	show(run, path) {
		const now = performance.now();
		if (now < this.#next) return;
		this.#next = now + (this.#terminal ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS);
		const done = `${plural(run.files, 'file')}, ${bytes(run.bytes)}`;
		if (this.#terminal)
			this.#stream.write(`\r\x1b[2K${fit(`${done}  ${printable(path)}`, (this.#stream.columns ?? 80) - 1)}`);
		else this.#stream.write(`${done} after ${elapsed(now - this.#started)}\n`);
	}

	/** Replaces the rewritten line by what was done in all. */
	finish(run) {
		const how = run.interrupted ? 'Stopped after' : 'Worked through';
		const line = `${how} ${plural(run.files, 'file')} (${bytes(run.bytes)}) in ${plural(run.folders, 'folder')}, ${elapsed(run.wallMs)}`;
		this.#stream.write(`${this.#terminal ? '\r\x1b[2K' : ''}${line}\n`);
		if (run.interrupted) this.#stream.write(`Interrupted: the figures cover ${integer(run.files)} files only\n`);
	}
}
