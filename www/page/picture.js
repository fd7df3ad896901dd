// A distribution as bars over a logarithmic axis, drawn from the buckets of the snapshot.

import { duration, integer } from './units.js';

const HEIGHT = 240;
const BASE = 210;
/** The bars end here, so that the three labels above them stay readable. */
const TOP = 54;
const MARGIN = 8;

/** How many of the snapshot's 64 buckets an octave are drawn as one bar. */
const PER_BAR = 16;
const FEWEST_BARS = 12;

/** Draws one operation of a snapshot, and says in a sentence what is to be seen, for those who do not see it. */
export function drawPicture(svg, note, name, operation) {
	const bars = toBars(operation.buckets);
	const first = bars.length > 0 ? Math.min(...bars.map(({ bar }) => bar)) : 0;
	const last = bars.length > 0 ? Math.max(...bars.map(({ bar }) => bar)) : 0;
	const spare = Math.max(1, Math.ceil((FEWEST_BARS - (last - first + 1)) / 2));
	// One unit is one pixel: letters keep their size on a phone.
	const width = Math.max(240, svg.clientWidth);
	const scale = { from: first - spare, to: last + 1 + spare, width };
	svg.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
	svg.replaceChildren(...axis(scale), ...bars.map((bar) => drawBar(bar, scale, bars)), ...quantiles(operation, scale));
	svg.setAttribute('aria-label', describe(name, operation));
	note.textContent =
		operation.zero > 0
			? `${integer(operation.zero)} took less than one step of the clock and were measured as 0; they have no bar.`
			: 'Each bar is a quarter of an octave wide; the axis is logarithmic.';
}

function toBars({ indices, counts }) {
	const sums = new Map();
	for (const [position, index] of indices.entries()) {
		const bar = Math.floor(index / PER_BAR);
		sums.set(bar, (sums.get(bar) ?? 0) + counts[position]);
	}
	return [...sums].map(([bar, count]) => ({ bar, count }));
}

function x(position, { from, to, width }) {
	return MARGIN + ((position - from) / (to - from)) * (width - 2 * MARGIN);
}

/** Where a duration stands on the axis: buckets are counted in seconds, 64 an octave. */
function positionOf(ms) {
	return (Math.log2(ms / 1000) * 64) / PER_BAR;
}

function drawBar({ bar, count }, scale, bars) {
	const highest = Math.max(...bars.map((each) => each.count));
	const height = Math.max(2, (count / highest) * (BASE - TOP));
	const left = x(bar, scale);
	return element('rect', {
		class: 'bar',
		x: left + 0.5,
		y: BASE - height,
		width: Math.max(1, x(bar + 1, scale) - left - 1),
		height,
		rx: 2,
	});
}

function axis(scale) {
	const right = scale.width - MARGIN;
	const parts = [element('line', { class: 'axis', x1: MARGIN, x2: right, y1: BASE, y2: BASE })];
	let free = -Infinity;
	for (let decade = -6; decade <= 8; decade++) {
		for (const digit of [1, 2, 5]) {
			const ms = digit * 10 ** decade;
			const at = x(positionOf(ms), scale);
			if (at < MARGIN + 20 || at > right - 20 || at < free) continue;
			free = at + 64;
			parts.push(element('line', { class: 'axis', x1: at, x2: at, y1: BASE, y2: BASE + 5 }));
			parts.push(element('text', { x: at, y: BASE + 20, 'text-anchor': 'middle' }, shortDuration(ms)));
		}
	}
	return parts;
}

/** The round numbers of the axis need no digits after the point. */
function shortDuration(ms) {
	const [number, unit] = duration(ms).split(' ');
	return `${Number(number)} ${unit}`;
}

/** Three rules, each with its label on a height of its own, so that close ones can be read too. */
function quantiles(operation, scale) {
	const rules = [];
	const labels = [];
	for (const [order, name] of ['p50', 'p95', 'p99'].entries()) {
		if (!(operation[name] > 0)) continue;
		const at = Math.min(scale.width - 2, Math.max(2, x(positionOf(operation[name]), scale)));
		const y = 12 + order * 15;
		const toTheLeft = at > scale.width * 0.7;
		const anchor = toTheLeft ? 'end' : 'start';
		rules.push(element('line', { class: 'rule', x1: at, x2: at, y1: y - 8, y2: BASE }));
		labels.push(
			element(
				'text',
				{ class: 'quantile', x: toTheLeft ? at - 6 : at + 6, y, 'text-anchor': anchor },
				`${name} ${duration(operation[name])}`,
			),
		);
	}
	// Labels last: the rule of one must not run through the label of another.
	return [...rules, ...labels];
}

function describe(name, { count, min, max, p50, p95, p99 }) {
	return `Distribution of ${name}: ${integer(count)} measurements from ${duration(min)} to ${duration(max)}, half within ${duration(p50)}, 95 % within ${duration(p95)}, 99 % within ${duration(p99)}.`;
}

function element(name, attributes, text) {
	const node = document.createElementNS('http://www.w3.org/2000/svg', name);
	for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
	if (text !== undefined) node.textContent = text;
	return node;
}
