// Columns for a terminal.

/** Lays rows out in columns: the first to the left, the others to the right. Every cell is text. */
export function table(head, rows) {
	const all = [head, ...rows];
	const widths = head.map((_, column) => Math.max(...all.map((row) => [...row[column]].length)));
	const line = (row) => row.map((cell, column) => pad(cell, widths[column], column === 0 ? 'end' : 'start')).join('  ');
	const rule = widths.map((width) => '─'.repeat(width)).join('  ');
	return `${[line(head), rule, ...rows.map(line)].map((text) => text.trimEnd()).join('\n')}\n`;
}

function pad(cell, width, side) {
	const space = ' '.repeat(width - [...cell].length);
	return side === 'end' ? cell + space : space + cell;
}
