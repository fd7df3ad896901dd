// Numbers as people read them.

/** Milliseconds in the unit that leaves one to three digits before the point. */
export function duration(ms) {
	if (!Number.isFinite(ms)) return '–';
	if (ms === 0) return '0';
	if (ms < 0.001) return `${three(ms * 1e6)} ns`;
	if (ms < 1) return `${three(ms * 1e3)} µs`;
	if (ms < 1000) return `${three(ms)} ms`;
	return `${three(ms / 1000)} s`;
}

/** `12345` as `12,345`. */
export function integer(value) {
	return value.toLocaleString('en', { maximumFractionDigits: 0 });
}

/** Bytes in binary units. */
export function bytes(value) {
	if (value < 1024) return `${value} B`;
	if (value < 1024 * 1024) return `${three(value / 1024)} KiB`;
	return `${three(value / 1024 / 1024)} MiB`;
}

function three(value) {
	if (value >= 99.95) return value.toFixed(0);
	return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}
