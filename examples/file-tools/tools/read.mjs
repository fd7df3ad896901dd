import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

// Without O_NONBLOCK, opening a pipe that took the file's place since it was listed would wait for a writer.
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Says that a file is larger than the limit. */
export class TooLarge extends Error {}

/** The whole content of a regular file, or `TooLarge` when it has more than `limit` bytes. */
export async function read(path, limit) {
	const file = await open(path, FLAGS);
	try {
		const { size, isFile } = await describe(file);
		if (!isFile) throw new Error('not a regular file');
		if (size > limit) throw new TooLarge(`more than ${limit} bytes`);
		return await readAll(file, size, limit);
	} finally {
		await file.close();
	}
}

async function describe(file) {
	const found = await file.stat();
	return { size: found.size, isFile: found.isFile() };
}

/** Reads to the end rather than to the stated size: files grow meanwhile, and those of /proc state 0. */
async function readAll(file, size, limit) {
	let buffer = Buffer.allocUnsafe(size + 1);
	let length = 0;
	for (;;) {
		const { bytesRead } = await file.read(buffer, length, buffer.length - length);
		if (bytesRead === 0) return buffer.subarray(0, length);
		length += bytesRead;
		if (length > limit) throw new TooLarge(`more than ${limit} bytes`);
		if (length === buffer.length) buffer = grow(buffer);
	}
}

function grow(buffer) {
	const larger = Buffer.allocUnsafe(Math.max(4096, buffer.length * 2));
	buffer.copy(larger);
	return larger;
}
