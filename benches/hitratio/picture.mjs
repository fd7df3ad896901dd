/**
 * Draws a result of `npm run bench:hitratio -- FOLDER --json RESULT.json` as an SVG, one small picture for each trace:
 * `node benches/hitratio/picture.mjs RESULT.json OUT.svg`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderPicture } from './small-multiples.mjs';

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const [from, to, ...more] = process.argv.slice(2);
	if (to === undefined || more.length > 0) {
		process.stderr.write(`usage: node benches/hitratio/${basename(process.argv[1])} RESULT.json OUT.svg\n`);
		process.exitCode = 2;
	} else {
		writeFileSync(to, renderPicture(JSON.parse(readFileSync(from, 'utf8'))));
	}
}
