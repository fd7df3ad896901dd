import { renameSync, writeFileSync } from 'node:fs';
import type { WasmPerformanceMonitor } from '../index.js';
import { loadSync } from './load-sync.js';

/** Signals that end a process which does not handle them. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Writes the monitor's snapshot as JSON to `file` when the process ends: by itself, by `process.exit`, by an uncaught
 * error, or by a signal. The write is synchronous and replaces the file at once. `SIGKILL` cannot be caught.
 *
 * @returns a function that stops it
 */
export function saveOnExit(monitor: WasmPerformanceMonitor, file: string): () => void {
	const save = () => {
		try {
			loadSync();
			const unfinished = `${file}.${process.pid}.tmp`;
			writeFileSync(unfinished, `${JSON.stringify(monitor.snapshot())}\n`);
			renameSync(unfinished, file);
		} catch (error) {
			// The process is ending: an exception here would hide why.
			process.stderr.write(`@code-mesh/perf: ${file} was not written: ${error}\n`);
		}
	};
	const onSignal = (signal: NodeJS.Signals) => {
		save();
		// With no other listener the process would have ended, so it does.
		if (process.listenerCount(signal) === 1) {
			stop();
			process.kill(process.pid, signal);
		}
	};
	const stop = () => {
		process.off('exit', save);
		for (const signal of SIGNALS) {
			process.off(signal, onSignal);
		}
	};
	process.on('exit', save);
	for (const signal of SIGNALS) {
		process.on(signal, onSignal);
	}
	return stop;
}
