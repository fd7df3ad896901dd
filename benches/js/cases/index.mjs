/**
 * Every case by id with its expected seconds, so that listing and estimating import neither the package nor a peer.
 * `javascriptShare`: the case is measured again with the JavaScript form, in this part of the time.
 */
export const CASES = [
	{ id: 'record-handle', seconds: 20, quickSeconds: 4, javascriptShare: 0.4 },
	{ id: 'record-name', seconds: 10, quickSeconds: 2, javascriptShare: 0.5 },
	{ id: 'timer-pair', seconds: 8, quickSeconds: 2 },
	{ id: 'disabled', seconds: 12, quickSeconds: 3 },
	{ id: 'snapshot-100', seconds: 12, quickSeconds: 3, javascriptShare: 0.5 },
	{ id: 'bytes-per-series', seconds: 30, quickSeconds: 4 },
	{ id: 'cold-load', seconds: 25, quickSeconds: 5 },
	{ id: 'cache-get', seconds: 15, quickSeconds: 4 },
	{ id: 'cache-set-evict', seconds: 15, quickSeconds: 4 },
	{ id: 'cache-get-or-set', seconds: 20, quickSeconds: 6 },
	{ id: 'cache-long-key', seconds: 25, quickSeconds: 8 },
	{ id: 'cache-bytes', seconds: 8, quickSeconds: 2 },
	{ id: 'cache-warm-bytes', seconds: 5, quickSeconds: 2 },
	{ id: 'buffer-lease', seconds: 8, quickSeconds: 2 },
	{ id: 'buffer-lease-zeroed', seconds: 8, quickSeconds: 2 },
	{ id: 'object-lease', seconds: 10, quickSeconds: 3 },
];

/** The file that measures a case. */
export function caseFile(id) {
	return new URL(`./${id}.mjs`, import.meta.url);
}
