/**
 * Hit ratio over size, one small picture for each trace. Each has a scale of its own, from the worst to the best of it:
 * on one scale for all, what sets policies apart on one trace would vanish beside what sets traces apart.
 */

const COLUMNS = 3;
const CELL = { width: 250, height: 196 };
/** What lies around the lines of one picture. */
const INSET = { left: 34, right: 12, top: 26, bottom: 26 };
const MARGIN = { left: 10, right: 10, top: 46, bottom: 8 };

/** Ours is drawn last, above the others. Dashes tell apart what colours do not tell everybody. */
const LINES = [
	{ id: 'LRU', label: 'LRU', dash: '2 3' },
	{ id: 'SIEVE', label: 'SIEVE', dash: '7 3' },
	{ id: 'S3FIFO', label: 'S3-FIFO', dash: '' },
	{ id: 'WTinyLFU', label: 'W-TinyLFU, window 1 %', dash: '9 3 2 3' },
	{ id: 'ours', label: 'this package', dash: '' },
];

/** A picture is shown on white pages and on dark ones, and follows what the reader chose. */
const STYLE = `
	svg { --ink: #1f2328; --faint: #59636e; --grid: #d8dee4; --ours: #0550ae; --LRU: #6e7781; --SIEVE: #9a6700; --S3FIFO: #1a7f37; --WTinyLFU: #a40e7b; }
	@media (prefers-color-scheme: dark) {
		svg { --ink: #f0f6fc; --faint: #9198a1; --grid: #3d444d; --ours: #79c0ff; --LRU: #9198a1; --SIEVE: #d29922; --S3FIFO: #56d364; --WTinyLFU: #f778ba; }
	}
	text { font: 11px system-ui, sans-serif; fill: var(--faint); }
	.name { font-size: 13px; font-weight: 600; fill: var(--ink); }
	.key { font-size: 12px; fill: var(--ink); }
	.grid { stroke: var(--grid); stroke-width: 1; }
	polyline, .sample { fill: none; stroke-width: 1.5; stroke-linejoin: round; }
	circle { stroke: none; }
	.ours { stroke-width: 2.5; }
${LINES.map(({ id }) => `	.${id} { stroke: var(--${id}); } circle.${id} { fill: var(--${id}); }`).join('\n')}
`;

/** The SVG of a result `{ cells }`. */
export function renderPicture({ cells }) {
	const traces = [...new Set(cells.map(({ trace }) => trace))];
	const sizes = [...new Set(cells.map(({ size }) => size))].sort((a, b) => a - b);
	const columns = Math.min(COLUMNS, Math.max(2, traces.length));
	const width = MARGIN.left + columns * CELL.width + MARGIN.right;
	const height = MARGIN.top + Math.ceil(traces.length / columns) * CELL.height + MARGIN.bottom;
	const pictures = traces.map((trace, index) => {
		const x = MARGIN.left + (index % columns) * CELL.width;
		const y = MARGIN.top + Math.floor(index / columns) * CELL.height;
		const own = cells.filter((cell) => cell.trace === trace).sort((a, b) => a.size - b.size);
		return `<g transform="translate(${x} ${y})">${pictureOf(trace, own, sizes)}</g>`;
	});
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Hit ratio over cache size for ${traces.length} traces">
<style>${STYLE}</style>
${legend()}
${pictures.join('\n')}
</svg>
`;
}

function pictureOf(trace, cells, sizes) {
	const scale = scaleOf(cells);
	const { low, high } = scale;
	const grid = [low, (low + high) / 2, high].map((percent) => {
		const y = yOf(percent, scale);
		const line = `<line class="grid" x1="${INSET.left}" x2="${CELL.width - INSET.right}" y1="${y}" y2="${y}"/>`;
		return `${line}<text x="${INSET.left - 5}" y="${y + 4}" text-anchor="end">${percent}</text>`;
	});
	const labels = sizes.map(
		(size) =>
			`<text x="${xOf(size, sizes)}" y="${CELL.height - INSET.bottom + 15}" text-anchor="middle">${short(size)}</text>`,
	);
	const lines = LINES.map(({ id, dash }) => lineOf(id, dash, cells, sizes, scale));
	const name = `<text class="name" x="${INSET.left}" y="16">${escapeText(trace)}</text>`;
	return `${name}${grid.join('')}${labels.join('')}${lines.join('')}`;
}

function lineOf(id, dash, cells, sizes, scale) {
	const points = cells.map((cell) => {
		const percent = id === 'ours' ? cell.ours : cell.references[id];
		return [xOf(cell.size, sizes), yOf(percent, scale)];
	});
	// One size makes no line, so that ours has its points marked.
	const marks = id === 'ours' || points.length === 1 ? points : [];
	const circles = marks.map(([x, y]) => `<circle class="${id}" cx="${x}" cy="${y}" r="2.5"/>`);
	return `<polyline class="${id}" points="${points.join(' ')}"${dashes(dash)}/>${circles.join('')}`;
}

function legend() {
	let x = MARGIN.left + INSET.left;
	const keys = [...LINES].reverse().map(({ id, label, dash }) => {
		const key =
			`<line class="sample ${id}" x1="${x}" x2="${x + 26}" y1="30" y2="30"${dashes(dash)}/>` +
			`<text class="key" x="${x + 32}" y="34">${label}</text>`;
		x += 56 + label.length * 6.6;
		return key;
	});
	const title = `<text x="${MARGIN.left + INSET.left}" y="14">Requests that find their key, in percent, over the number of entries held; each scale from the worst to the best</text>`;
	return `${title}${keys.join('')}`;
}

function dashes(dash) {
	return dash === '' ? '' : ` stroke-dasharray="${dash}"`;
}

/** Sizes grow by factors, so the axis is logarithmic. */
function xOf(size, sizes) {
	const [least, most] = [Math.log(sizes[0]), Math.log(sizes.at(-1))];
	const room = CELL.width - INSET.left - INSET.right - 24;
	const share = most === least ? 0.5 : (Math.log(size) - least) / (most - least);
	return rounded(INSET.left + 12 + room * share);
}

/** From a multiple of ten to another, so that the numbers beside it are whole ones. */
function scaleOf(cells) {
	const ratios = cells.flatMap(({ ours, references }) => [ours, ...Object.values(references)]);
	const low = Math.min(90, Math.floor(Math.min(...ratios) / 10) * 10);
	return { low, high: Math.max(low + 10, Math.ceil(Math.max(...ratios) / 10) * 10) };
}

function yOf(percent, { low, high }) {
	const share = (percent - low) / (high - low);
	return rounded(CELL.height - INSET.bottom - (CELL.height - INSET.top - INSET.bottom) * share);
}

function rounded(value) {
	return Number(value.toFixed(1));
}

function short(size) {
	return size >= 1000 && size % 100 === 0 ? `${size / 1000}k` : String(size);
}

function escapeText(text) {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
