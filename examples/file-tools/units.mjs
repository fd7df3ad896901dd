// Numbers as people read them.

const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `12345` as `12,345`. */
export function integer(value) {
	return GROUPED.format(value);
}

/** `1 file`, `12,345 files`. */
export function plural(value, one, many = `${one}s`) {
	return `${integer(value)} ${value === 1 ? one : many}`;
}

/** Milliseconds in the unit that leaves one to three digits before the point: `420 ns`, `1.25 ms`, `3.4 s`. */
export function duration(ms) {
	if (!Number.isFinite(ms)) return '–';
	if (ms === 0) return '0';
	if (ms < 0.001) return `${three(ms * 1e6)} ns`;
	if (ms < 1) return `${three(ms * 1e3)} µs`;
	if (ms < 1000) return `${three(ms)} ms`;
	return `${three(ms / 1000)} s`;
}

/** A stretch of time that may be long: minutes from a minute on. */
export function elapsed(ms) {
	if (ms < 1000) return duration(ms);
	if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
	return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** Bytes in binary units: `512 B`, `1.5 KiB`. */
export function bytes(value) {
	if (!Number.isFinite(value)) return '–';
	let scaled = value;
	let unit = 0;
	const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
	while (scaled >= 1023.5 && unit < units.length - 1) {
		scaled /= 1024;
		unit++;
	}
	return `${unit === 0 ? integer(scaled) : three(scaled)} ${units[unit]}`;
}

/** Calls per second. */
export function rate(perSecond) {
	if (!Number.isFinite(perSecond)) return '–';
	return `${perSecond >= 100 ? integer(perSecond) : three(perSecond)}/s`;
}

/** A share of one as a percentage, small ones not rounded to nothing. */
export function percent(share) {
	if (!Number.isFinite(share)) return '–';
	const value = share * 100;
	if (value > 0 && value < 0.001) return '< 0.001 %';
	return `${Number(value.toPrecision(2))} %`;
}

/** A path or name for one line of output: what would move the cursor or break the line is replaced. */
export function printable(path) {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
	return path.toString().replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** The text in at most `width` characters, its middle left out when it is longer. */
export function fit(text, width) {
	const characters = [...text];
	if (characters.length <= width) return text;
	const tail = Math.floor((width - 1) / 2);
	return `${characters.slice(0, width - 1 - tail).join('')}…${characters.slice(characters.length - tail).join('')}`;
}

function three(value) {
	if (value >= 99.95) return value.toFixed(0);
	return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}
