import type { Waiting } from '../beacon/waiting.js';
import type { Kind } from '../core.js';
import { parseKey } from '../engine/key.js';
import type { WasmPerformanceMonitor } from '../monitor.js';

/** Whether this is what a page sends that was left before it had loaded the core. */
export function isWaiting(data: unknown): data is Waiting {
	return typeof data === 'object' && data !== null && Array.isArray((data as Waiting).codes);
}

/**
 * Records again what waited in a page. Their time is that of their arrival.
 *
 * @throws TypeError for what no page of ours sends; nothing is recorded then
 */
export function replay(
	monitor: WasmPerformanceMonitor,
	{ schemaVersion, series, codes, values, rejected, dropped }: Waiting,
): void {
	expect(schemaVersion === 1, 'schemaVersion 1');
	expect(Array.isArray(series) && series.every(isSeries), 'series of [kind, key, unit]');
	expect(Array.isArray(values) && values.length === codes.length, 'as many values as codes');
	const isCode = (code: number) => Number.isInteger(code) && code >= 0 && code < series.length * 4;
	expect(codes.every(isCode), 'codes that name a series');
	expect(
		[rejected, dropped].every((count) => Number.isSafeInteger(count) && count >= 0),
		'rejected and dropped that are counts',
	);
	const known = series.map(([kind, key, unit]) => {
		const { name, labels } = parseKey(key);
		const overflow = monitor._overflow[kind];
		return overflow?.key === key ? overflow : monitor._intern(kind as Kind, name, labels, unit ? { unit } : {});
	});
	codes.forEach((code, at) => {
		const target = known[code >> 2];
		const value = values[at];
		const [amount, interval] = Array.isArray(value) ? value : [value, Number.NaN];
		target?._ring._push(target._handle | (code << 30), amount as number, interval ?? Number.NaN);
	});
	monitor._rejected += rejected;
	monitor._dropped += dropped;
}

function isSeries(value: unknown): boolean {
	const [kind, key, unit] = Array.isArray(value) ? value : [];
	return [0, 1, 2, 3].includes(kind) && typeof key === 'string' && key.length < 65_536 && typeof unit === 'string';
}

function expect(holds: boolean, what: string): void {
	if (!holds) {
		throw new TypeError(`expected ${what}`);
	}
}
