/** Spreads cells over processes: they are independent of one another, and a cache has a process of its own to grow in. */
import { fork } from 'node:child_process';
import os from 'node:os';
import { fileURLToPath } from 'node:url';

const RUNNER = fileURLToPath(new URL('./run-cells.mjs', import.meta.url));

/** Measures the cells `{ trace, size }`; gives the results in their order, and tells of each when it is there. */
export async function measureAll(cells, onDone) {
	const results = new Array(cells.length);
	const queue = [...cells.entries()];
	const lanes = Array.from({ length: Math.min(os.availableParallelism(), cells.length) }, () => lane(queue, done));
	function done(index, result) {
		results[index] = result;
		onDone(index);
	}
	try {
		await Promise.all(lanes.map(({ ended }) => ended));
	} finally {
		for (const { child } of lanes) child.kill();
	}
	return results;
}

/** One process that takes cells from the queue until there is none. */
function lane(queue, done) {
	const child = fork(RUNNER, { stdio: ['ignore', 2, 2, 'ipc'] });
	const ended = new Promise((resolve, reject) => {
		let current;
		const next = () => {
			current = queue.shift();
			if (current === undefined) {
				child.disconnect();
				resolve();
			} else {
				child.send(current[1]);
			}
		};
		child.on('message', ({ cell, failure }) => {
			if (failure !== undefined) {
				reject(new Error(failure));
				return;
			}
			done(current[0], cell);
			next();
		});
		child.on('error', reject);
		child.on('exit', (code, signal) => reject(new Error(`a process ended by itself: ${signal ?? `status ${code}`}`)));
		next();
	});
	return { child, ended };
}
