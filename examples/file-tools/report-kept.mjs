// What was kept in memory, and what that saved.

import { bytes, integer, percent, plural } from './units.mjs';

/** Three lines about the caches and the buffers, then whether everything came back. */
export function keptText({ fileCache, searchCache, buffers }) {
	return [
		`\nFile cache: ${hitRatio(fileCache, 'look')}; holds ${plural(fileCache.entries, 'file')} in ${bytes(fileCache.l1.bytes)}; ${bytes(fileCache.savedBytes)} not read from disk again\n`,
		`Search cache: ${hitRatio(searchCache, 'question')}; holds ${plural(searchCache.entries, 'answer')}\n`,
		`Buffers: ${plural(buffers.leases, 'lease')}, ${integer(buffers.hits)} with a used buffer, ${integer(buffers.created)} with a new one; ${bytes(buffers.reusedBytes)} not allocated again; at most ${bytes(buffers.peakBytes)} lent at once\n`,
		buffers.inUse === 0 ? '' : `  ${plural(buffers.inUse, 'buffer')} never came back\n`,
	].join('');
}

function hitRatio({ hits, misses, hitRatio }, what) {
	const asked = hits + misses;
	return asked === 0 ? `no ${what}s` : `hit ratio ${percent(hitRatio)} of ${plural(asked, what)}`;
}
