import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const gzipAsync = promisify(gzip);

/** The content packed by gzip at its default level, as it would be sent or kept. */
export function compress(content) {
	return gzipAsync(content);
}
