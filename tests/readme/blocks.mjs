// The code blocks of a Markdown text.

/**
 * @typedef {{ language: string, code: string, line: number }} Block `line` is where its code begins
 * @param {string} markdown
 * @returns {Block[]}
 */
export function codeBlocks(markdown) {
	const blocks = [];
	let open;
	for (const [index, line] of markdown.split('\n').entries()) {
		const fence = /^( *)```(.*)$/.exec(line);
		if (fence && open === undefined)
			open = { language: fence[2].trim(), indent: fence[1].length, lines: [], line: index + 2 };
		else if (fence) {
			blocks.push({ language: open.language, code: `${open.lines.join('\n')}\n`, line: open.line });
			open = undefined;
		} else open?.lines.push(line.slice(open.indent));
	}
	if (open !== undefined) throw new Error(`The code block that begins in line ${open.line} is never closed`);
	return blocks;
}
