import { MAX_INDEX } from '../core.js';
import type { WasmPerformanceMonitor } from '../monitor.js';
import type { Reader } from '../reader.js';
import type { Series } from '../series.js';
import { bytesOf } from './bytes.js';

/**
 * Records that never met a core, as they are sent: no page loads a module only to be left. `replay` in the Node entry
 * is the other end.
 */
export interface Waiting {
	readonly schemaVersion: 1;
	/** By position: kind, key and unit of a series. */
	readonly series: readonly (readonly [kind: number, key: string, unit: string])[];
	/** Of each record: four times the position of its series, plus its flags. */
	readonly codes: readonly number[];
	/** Of each record: its value, null for what is no finite number; with the expected interval where the flags are 3. */
	readonly values: readonly (number | null | readonly [number | null, number | null])[];
	readonly rejected: number;
	readonly dropped: number;
}

/** Sends the records that wait and were not sent, in portions, until the browser refuses one. */
export function sendWaiting(
	monitor: WasmPerformanceMonitor,
	reader: Reader,
	maxBytes: number,
	send: (body: string) => boolean,
): void {
	const ring = monitor._ring;
	let size = 4096;
	while (reader._from < ring._length || monitor._rejected > reader._rejected || monitor._dropped > reader._dropped) {
		const end = Math.min(reader._from + size, ring._length);
		const portion = waiting(monitor, reader, end);
		if (size > 1 && bytesOf(portion) > maxBytes) {
			size >>= 1;
		} else if (send(JSON.stringify(portion))) {
			reader._from = end;
			reader._rejected = monitor._rejected;
			reader._dropped = monitor._dropped;
		} else {
			return;
		}
	}
}

function waiting(monitor: WasmPerformanceMonitor, { _from: from, _rejected, _dropped }: Reader, to: number): Waiting {
	const ring = monitor._ring;
	const positions = new Map<Series, number>();
	const codes: number[] = [];
	const values: Waiting['values'][number][] = [];
	let dropped = monitor._dropped - _dropped;
	for (let at = from; at < to; at++) {
		const bits = ring._handles[at] as number;
		const series = monitor._series[bits & MAX_INDEX];
		if (!series) {
			// A gauge beyond the bound.
			dropped++;
			continue;
		}
		const position = positions.get(series) ?? positions.size;
		positions.set(series, position);
		codes.push(position * 4 + (bits >>> 30));
		const value = ring._values[at] as number;
		values.push(bits >>> 30 === 3 ? [value, ring._times[at] as number] : value);
	}
	return {
		schemaVersion: 1,
		series: [...positions.keys()].map((series) => [series._kind, series.key, series._unit]),
		codes,
		values,
		rejected: monitor._rejected - _rejected,
		dropped,
	};
}
