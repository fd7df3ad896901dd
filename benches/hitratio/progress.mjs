/** Tells on standard error how far the run is and about how long is left; standard output stays free for the result. */

/** A reporter of parts whose work is in `weights`, to be called with the index of each that is done. */
export function progressOf(weights, stream = process.stderr) {
	const total = weights.reduce((sum, weight) => sum + weight, 0);
	const started = performance.now();
	let done = 0;
	let parts = 0;
	return {
		/** The part is done; `label` says what it was. */
		done(index, label) {
			done += weights[index];
			parts += 1;
			const left = ((performance.now() - started) / 1000) * ((total - done) / done);
			const text = `[${parts}/${weights.length}] ${label}, about ${Math.ceil(left)} s left`;
			stream.write(stream.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
		},
		/** Clears the line. */
		end() {
			if (stream.isTTY) stream.write('\r\x1b[K');
			stream.write(`measured in ${Math.round((performance.now() - started) / 1000)} s\n`);
		},
	};
}
