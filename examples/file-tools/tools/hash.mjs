import { createHash } from 'node:crypto';

/** The SHA-256 of the content, by which an agent knows whether a file changed under it. */
export function hash(content) {
	return createHash('sha256').update(content).digest('hex');
}
