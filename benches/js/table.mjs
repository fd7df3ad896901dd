/** The report as text: one line for each peer of a case, cases that miss their goal first. */

/** Plain text for a terminal. */
export function renderTable({ environment, cases }) {
	const ordered = [...cases].sort((a, b) => Number(a.holds) - Number(b.holds));
	const rows = [['case', 'ours', 'peer', '', 'ratio (10 to 90 %)', 'goal', 'holds']];
	for (const each of ordered) {
		const first = [each.id, `${number(each.ours)} ${each.unit}`];
		const last = [each.goal, each.holds ? 'yes' : 'NO'];
		const lines = peerLines(each);
		lines.forEach((line, index) => {
			rows.push([...(index === 0 ? first : ['', '']), ...line, ...(index === 0 ? last : ['', ''])]);
		});
		for (const [name, form] of Object.entries(each.forms ?? {})) {
			rows.push([`  ${name} form`, `${number(form.ours)} ${each.unit}`, '', '', '', '', '']);
		}
	}
	return `${align(rows)}\n\n${footnote(environment)}`;
}

/** A Markdown table with one row for each case: its best peer, which is the one hardest to beat. */
export function renderMarkdown({ environment, cases }) {
	const lines = ['| case | ours | hardest peer | ratio (10 to 90 %) | goal | holds |', '|---|---|---|---|---|---|'];
	for (const each of cases) {
		const [peer, value, ratio] = hardest(each);
		lines.push(
			`| \`${each.id}\` | ${number(each.ours)} ${each.unit} | ${peer}: ${value} | ${ratio} | ${each.goal} | ${each.holds ? 'yes' : '**no**'} |`,
		);
	}
	return `${lines.join('\n')}\n\n${footnote(environment)}`;
}

/** Three significant digits, and no more than the eye needs. */
export function number(value) {
	if (!Number.isFinite(value)) return String(value);
	if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
	return String(Number(value.toPrecision(3)));
}

function peerLines({ peers, ratios, unit }) {
	const lines = Object.entries(peers).map(([name, value]) => {
		const ratio = ratios[name];
		return [name, `${number(value)} ${unit}`, ratio ? spread(ratio) : ''];
	});
	return lines.length > 0 ? lines : [['', '', '']];
}

function hardest({ peers, ratios, unit }) {
	const names = Object.keys(ratios);
	if (names.length === 0) return ['', '', ''];
	const name = names.reduce((a, b) => (ratios[b].median > ratios[a].median ? b : a));
	return [name, `${number(peers[name])} ${unit}`, spread(ratios[name])];
}

function spread({ median, low, high }) {
	return `${number(median)} x (${number(low)} to ${number(high)})`;
}

function footnote({ node, platform, cpu, cores, date, peers, load }) {
	const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
	return (
		`Node ${node}, ${platform}, ${cpu}, ${cores} cores, load ${load[0]}, ${date.slice(0, 10)}. ` +
		`A ratio is ours / peer within one round, its median and the spread from the 10th to the 90th percentile. ` +
		`Peers: ${versions.join(', ')}.`
	);
}

function align(rows) {
	const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
	return rows
		.map((row) =>
			row
				.map((cell, column) => cell.padEnd(widths[column]))
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
}
