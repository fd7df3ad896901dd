// Reads and writes what short-names.mjs changes in the binary format of WebAssembly: the lists of imports and exports.

const HEADER = 8;
const IMPORTS = 2;
const FUNCTION = 0;

/** The sections of a module, in order: number and content. */
export function readSections(module) {
	const reader = new Reader(module, HEADER);
	const sections = [];
	while (!reader.atEnd()) sections.push({ id: reader.byte(), body: reader.bytes(reader.integer()) });
	return sections;
}

/** A module of these sections, with the header of the one given. */
export function writeSections(module, sections) {
	const parts = sections.flatMap(({ id, body }) => [Buffer.from([id]), integer(body.length), body]);
	return Buffer.concat([module.subarray(0, HEADER), ...parts]);
}

/** The entries of the section of imports (names of module and function) or exports (one name each). */
export function readEntries(id, body) {
	const reader = new Reader(body, 0);
	return Array.from({ length: reader.integer() }, () => {
		const names = id === IMPORTS ? [reader.name(), reader.name()] : [reader.name()];
		const start = reader.at;
		const kind = reader.byte();
		if (id === IMPORTS && kind !== FUNCTION) {
			throw new Error(`expected a module that imports functions only; '${names.join('.')}' is of kind ${kind}`);
		}
		reader.integer();
		return { names, rest: body.subarray(start, reader.at) };
	});
}

export function writeEntries(entries) {
	const named = (text) => [integer(Buffer.byteLength(text)), Buffer.from(text)];
	return Buffer.concat([
		integer(entries.length),
		...entries.flatMap(({ names, rest }) => [...names.flatMap(named), rest]),
	]);
}

class Reader {
	constructor(bytes, at) {
		this.source = bytes;
		this.at = at;
	}

	atEnd() {
		return this.at >= this.source.length;
	}

	byte() {
		return this.source[this.at++];
	}

	bytes(length) {
		this.at += length;
		return this.source.subarray(this.at - length, this.at);
	}

	name() {
		return Buffer.from(this.bytes(this.integer())).toString();
	}

	/** An unsigned LEB128. */
	integer() {
		let value = 0;
		let byte = 0;
		for (let shift = 0; shift === 0 || byte > 127; shift += 7) {
			byte = this.byte();
			value |= (byte & 127) << shift;
		}
		return value >>> 0;
	}
}

function integer(value) {
	const bytes = [];
	for (let rest = value; bytes.length === 0 || rest > 0; rest >>>= 7) bytes.push((rest & 127) | (rest > 127 ? 128 : 0));
	return Buffer.from(bytes);
}
