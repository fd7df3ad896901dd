// The page and the rules it runs under.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

const PAGE = new URL('./index.html', import.meta.url);
const INLINE_SCRIPT = /<script\b(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g;

/** The text of the page; read every time, so that an edit is seen on reload. */
export function readPage() {
	return readFile(PAGE, 'utf8');
}

/**
 * The Content-Security-Policy of the page. An import map has to stand in the page itself, so its hash is allowed;
 * `wasm-unsafe-eval` allows WebAssembly and no `eval`.
 */
export function policy(page) {
	const hashes = [...page.matchAll(INLINE_SCRIPT)].map(
		([, text]) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`,
	);
	return [
		"default-src 'none'",
		["script-src 'self' 'wasm-unsafe-eval'", ...hashes].join(' '),
		"style-src 'self'",
		"img-src 'self' data:",
		"connect-src 'self'",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
	].join('; ');
}
