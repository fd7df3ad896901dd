/**
 * Just enough reading of Rust and TypeScript to tell code from comments and strings. Blanked text keeps every offset and
 * line, so that a finding in it points into the real file.
 */

/** Rust with comments and the insides of string and character literals replaced by spaces. */
export function blankRust(text) {
	return blank(text, [
		[/^\/\/[^\n]*/, all],
		[/^\/\*/, nestedComment],
		[/^b?r(#*)"/, rawString],
		[/^b?"(?:\\[\s\S]|[^"\\])*"/, inside],
		// A character literal and not a lifetime: it closes after one character or one escape.
		[/^b?'(?:\\(?:u\{[^}]*\}|x..|[\s\S])|[^'\\\n])'/, inside],
		[/^[A-Za-z_]\w*/, none],
	]);
}

/** TypeScript with comments and the insides of strings, templates and regular expressions replaced by spaces. */
export function blankJs(text) {
	return blank(text, [
		[/^\/\/[^\n]*/, all],
		[/^\/\*[\s\S]*?\*\//, all],
		[/^'(?:\\[\s\S]|[^'\\\n])*'/, inside],
		[/^"(?:\\[\s\S]|[^"\\\n])*"/, inside],
		[/^`/, template],
		[/^\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/, regularExpression],
		[/^[A-Za-z_$][\w$]*/, none],
	]);
}

/** Blanks what `#[cfg(test)]` keeps out of the library, in text that was blanked before. */
export function blankRustTests(code) {
	let result = code;
	for (const { start, end } of testItems(code))
		result = result.slice(0, start) + spaces(code.slice(start, end)) + result.slice(end);
	return result;
}

/** The files (without their ending) of modules that exist only in tests: `#[cfg(test)] mod name;` in `file`. */
export function testModules(file, code) {
	const folder = file.replace(/(?:\/(?:mod|lib))?\.rs$/, '');
	return testItems(code).flatMap(({ start, end }) => {
		const name = /\bmod\s+(\w+)\s*;$/.exec(code.slice(start, end))?.[1];
		return name === undefined ? [] : [`${folder}/${name}`];
	});
}

/** The offset after the bracket that closes the one at `open`; the length of the text where none does. */
export function closing(code, open) {
	const pairs = { '{': '}', '(': ')', '[': ']' };
	const expected = [];
	for (let at = open; at < code.length; at += 1) {
		if (pairs[code[at]]) expected.push(pairs[code[at]]);
		else if (code[at] === expected.at(-1)) {
			expected.pop();
			if (expected.length === 0) return at + 1;
		}
	}
	return code.length;
}

/** Every string literal of the blanked code whose opening quote stands at `at`: its value in the real text. */
export function literalAt(text, code, at) {
	const end = code.indexOf(code[at], at + 1);
	return text.slice(at + 1, end);
}

function testItems(code) {
	const items = [];
	const attribute = /#\[cfg\((?:test\b|all\([^\]]*\btest\b)[^\]]*\]/g;
	for (let match = attribute.exec(code); match; match = attribute.exec(code)) {
		const rest = /[{;]/g;
		rest.lastIndex = match.index + match[0].length;
		const stop = rest.exec(code);
		if (stop === null) break;
		const end = stop[0] === ';' ? stop.index + 1 : closing(code, stop.index);
		items.push({ start: match.index, end });
		attribute.lastIndex = end;
	}
	return items;
}

/** Walks over the text; each rule is a pattern and a function giving what stands for its match. */
function blank(text, rules) {
	let result = '';
	while (result.length < text.length) {
		const rest = text.slice(result.length, result.length + 100_000);
		const hit = rules.map(([pattern, replace]) => [pattern.exec(rest), replace]).find(([match]) => match !== null);
		const piece = hit === undefined ? text[result.length] : hit[1](hit[0][0], text, result.length, result);
		result += piece;
	}
	return result;
}

function none(match) {
	return match;
}

function all(match) {
	return spaces(match);
}

function inside(match) {
	const open = /^[^"'`]*["'`]/.exec(match)[0].length;
	return match.slice(0, open) + spaces(match.slice(open, -1)) + match.at(-1);
}

function spaces(text) {
	return text.replace(/[^\n]/g, ' ');
}

function nestedComment(_, text, start) {
	let depth = 0;
	let at = start;
	do {
		if (text.startsWith('/*', at)) depth += 1;
		else if (text.startsWith('*/', at)) depth -= 1;
		at += text.startsWith('/*', at) || text.startsWith('*/', at) ? 2 : 1;
	} while (depth > 0 && at < text.length);
	return spaces(text.slice(start, at));
}

function rawString(match, text, start) {
	const close = `"${/#*/.exec(match.slice(match.indexOf('r') + 1))[0]}`;
	const end = text.indexOf(close, start + match.length);
	const body = text.slice(start + match.length, end < 0 ? text.length : end);
	return match + spaces(body) + (end < 0 ? '' : close);
}

/** A template's own text goes, the code in its holes stays. */
function template(_, text, start) {
	let at = start + 1;
	let result = '`';
	while (at < text.length) {
		if (text[at] === '`') return `${result}\``;
		if (text[at] === '\\') {
			result += spaces(text.slice(at, at + 2));
			at += 2;
		} else if (text.startsWith('${', at)) {
			const hole = holeOf(text, at + 2);
			result += `\${${blankJs(hole)}}`;
			at += hole.length + 3;
		} else {
			result += spaces(text[at]);
			at += 1;
		}
	}
	return result;
}

function holeOf(text, start) {
	let depth = 1;
	for (let at = start; at < text.length; at += 1) {
		if (text[at] === '{') depth += 1;
		else if (text[at] === '}') depth -= 1;
		else if (text[at] === '`') at += template('`', text, at).length - 1;
		if (depth === 0) return text.slice(start, at);
	}
	return text.slice(start);
}

/** A slash begins a regular expression only where a value can begin; elsewhere it divides. */
function regularExpression(match, _text, _start, before) {
	const previous = /([\w$)\]}]|[^\s])\s*$/.exec(before)?.[1];
	const word = /([A-Za-z_$][\w$]*)\s*$/.exec(before)?.[1];
	const divides =
		previous !== undefined &&
		/[\w$)\]}]/.test(previous) &&
		!/^(?:return|typeof|case|in|of|void|yield|await)$/.test(word ?? '');
	if (divides) return '/';
	const end = match.lastIndexOf('/');
	return `/${spaces(match.slice(1, end))}${match.slice(end)}`;
}
