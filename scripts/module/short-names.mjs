// Gives what the module and its glue call each other by short names, and drops what the glue never calls.
//
// wasm-bindgen names imports like `__wbg_length_186163212ffe79c3`, which compress badly and stand in the module and in the
// glue: with a dozen of them 700 bytes of the chunk. The names are an agreement between these files alone, so both are
// changed together. What users of the module call keeps its name.
import { readEntries, readSections, writeEntries, writeSections } from './wasm-sections.mjs';

const IMPORTS = 2;
const EXPORTS = 7;

// An identifier, or the module's name as it stands between quotes.
const WORD = /(?<=")\.\/[\w.]+(?=")|[\w$]+/g;

/** The module and its glue with the internal names shortened. */
export function shortenNames(module, glue) {
	const short = new Map();
	const mentioned = new Set(glue.match(WORD));
	const taken = new Set();
	const shorten = (long) => {
		if (!short.has(long)) short.set(long, freeName(short.size, taken));
		return short.get(long);
	};

	const sections = readSections(module);
	const replace = (id, change) => {
		const section = sections.find((candidate) => candidate.id === id);
		section.body = writeEntries(change(readEntries(id, section.body)));
	};
	replace(EXPORTS, (entries) => {
		const kept = entries.filter(({ names: [own] }) => !isInternal(own) || mentioned.has(own));
		for (const { names } of kept) taken.add(names[0]);
		return kept.map(({ names: [own], rest }) => ({ names: [isInternal(own) ? shorten(own) : own], rest }));
	});
	replace(IMPORTS, (entries) => entries.map(({ names, rest }) => ({ names: names.map(shorten), rest })));
	return {
		module: writeSections(module, sections),
		glue: glue.replace(WORD, (word) => short.get(word) ?? word),
	};
}

/** What the module asks of the glue. */
export function importedNames(module) {
	const { body } = readSections(module).find(({ id }) => id === IMPORTS);
	return readEntries(IMPORTS, body).map(({ names }) => names[1]);
}

function isInternal(exported) {
	return exported.startsWith('__');
}

/** a, b, ... z, a1, b1, ..., passing over names that are in use. */
function freeName(index, taken) {
	const letter = String.fromCharCode(97 + (index % 26));
	const candidate = index < 26 ? letter : `${letter}${Math.floor(index / 26)}`;
	return taken.has(candidate) ? `${candidate}_` : candidate;
}
