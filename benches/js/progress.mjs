/** Tells on standard error how far the run is and about how long is left; standard output stays free for the result. */

/** A reporter for steps `{ label, seconds }` that are run in order. */
export function reporter(steps, stream = process.stderr) {
	const total = steps.reduce((sum, step) => sum + step.seconds, 0);
	const started = performance.now();
	let before = 0;
	let shown = '';
	return {
		/** Step `index` is done to the fraction `done`. */
		at(index, done) {
			const step = steps[index];
			before = steps.slice(0, index).reduce((sum, each) => sum + each.seconds, 0);
			const spent = (performance.now() - started) / 1000;
			const share = (before + step.seconds * done) / total;
			// Expected seconds were written down on one machine: once a tenth is done, this machine's own pace is the better guide.
			const left = share > 0.1 ? (spent / share) * (1 - share) : total - before - step.seconds * done;
			const text = `[${index + 1}/${steps.length}] ${step.label}`;
			if (stream.isTTY) stream.write(`\r\x1b[K${text} ${Math.round(done * 100)} %, about ${Math.ceil(left)} s left`);
			else if (text !== shown) stream.write(`${text}, about ${Math.ceil(left)} s left\n`);
			shown = text;
		},
		/** Clears the line. */
		end() {
			if (stream.isTTY) stream.write('\r\x1b[K');
			stream.write(`measured in ${Math.round((performance.now() - started) / 1000)} s\n`);
		},
	};
}
