// Makes of what wasm-pack wrote what the package is built from.
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wrapGlue } from './glue.mjs';
import { inlineModule } from './inline-module.mjs';
import { importedNames, shortenNames } from './short-names.mjs';

const NAME = 'code_mesh_core';

/**
 * Fills `folder` with the module, the module as text (`inline.js`), the glue as a factory (`glue.js`), their types, and
 * `build.json`, which says how they were built (the size gate allows an ordinary build more).
 */
export function finishModule(made, folder, build) {
	const module = readFileSync(join(made, `${NAME}_bg.wasm`));
	const glue = wrapGlue(readFileSync(join(made, `${NAME}.js`), 'utf8'), importedNames(module), `./${NAME}.js`);
	const short = shortenNames(module, glue.code);
	const inline = inlineModule(short.module);

	// Everything is written beside the folder, which is then replaced as a whole: whoever reads it finds old or new.
	const fresh = `${made}.finished`;
	rmSync(fresh, { recursive: true, force: true });
	mkdirSync(fresh, { recursive: true });
	const write = (name, content) => writeFileSync(join(fresh, name), content);
	write(`${NAME}_bg.wasm`, short.module);
	write('glue.js', short.glue);
	write('glue.d.ts', glue.types);
	write('inline.js', inline.code);
	write('inline.d.ts', inline.types);
	write('build.json', `${JSON.stringify(build)}\n`);
	// The types of the functions; the JavaScript they were written for is not needed beside glue.js.
	copyFileSync(join(made, `${NAME}.d.ts`), join(fresh, `${NAME}.d.ts`));

	rmSync(folder, { recursive: true, force: true });
	renameSync(fresh, folder);
}
