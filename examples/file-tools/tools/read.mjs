import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { Content } from '../content.mjs';

// Without O_NONBLOCK, opening a pipe that took the file's place since it was listed would wait for a writer.
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Says that a file is larger than the limit. */
export class TooLarge extends Error {}

/**
 * The whole content of a regular file, in a buffer on loan that the caller has to let go; or `TooLarge` when it has more
 * than `limit` bytes.
 */
export async function read(path, limit, buffers) {
	const file = await open(path, FLAGS);
	try {
		const { size, isFile } = await describe(file);
		if (!isFile) throw new Error('not a regular file');
		if (size > limit) throw new TooLarge(`more than ${limit} bytes`);
		return await readAll(file, size, limit, buffers);
	} finally {
		await file.close();
	}
}

async function describe(file) {
	const found = await file.stat();
	return { size: found.size, isFile: found.isFile() };
}

/** Reads to the end rather than to the stated size: files grow meanwhile, and those of /proc state 0. */
async function readAll(file, size, limit, buffers) {
	let lease = buffers.lease(size + 1);
	let length = 0;
	try {
		for (;;) {
			const { bytesRead } = await file.read(lease.bytes, length, lease.bytes.length - length);
			if (bytesRead === 0) return new Content(lease, length);
			length += bytesRead;
			if (length > limit) throw new TooLarge(`more than ${limit} bytes`);
			if (length === lease.bytes.length) lease = grow(lease, buffers);
		}
	} catch (error) {
		lease.release();
		throw error;
	}
}

/** A longer loan with the same beginning; the shorter one goes back. */
function grow(lease, buffers) {
	const larger = buffers.lease(lease.bytes.length * 2);
	larger.bytes.set(lease.bytes);
	lease.release();
	return larger;
}
