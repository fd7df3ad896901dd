/** What the build makes of wasm-pack's output: the module as text, and the glue as a factory. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { wrapGlue } from '../../scripts/module/glue.mjs';
import { inlineModule } from '../../scripts/module/inline-module.mjs';
import { shortenNames } from '../../scripts/module/short-names.mjs';
import { readEntries, readSections, writeEntries, writeSections } from '../../scripts/module/wasm-sections.mjs';

const MADE = new URL('../../.build/wasm-pack/pkg/', import.meta.url);
const module = readFileSync(new URL('code_mesh_core_bg.wasm', MADE));
const glue = readFileSync(new URL('code_mesh_core.js', MADE), 'utf8');

test('every byte survives the way into text and back', async () => {
	const everyPair = Uint8Array.from({ length: 131072 }, (_, i) => (i & 1 ? i >> 9 : i >> 1));
	const { moduleBytes } = await imported(inlineModule(everyPair).code);
	assert.deepEqual(moduleBytes(), everyPair);
});

test('text that was changed on its way is refused', async () => {
	const { code } = inlineModule(module);
	const text = /const text = "(.*)";/.exec(code)[1];
	for (const damaged of [text.slice(0, -1), text.replace(/[^\\]$/, '~~'), text.replaceAll('a', 'b')]) {
		const { moduleBytes } = await imported(code.replace(text, () => damaged));
		assert.throws(moduleBytes);
	}
});

test('each call of the factory makes an instance of its own', async () => {
	const { createGlue } = await import('../../pkg/glue.js');
	const compiled = await WebAssembly.compile(
		readFileSync(new URL('../../pkg/code_mesh_core_bg.wasm', import.meta.url)),
	);
	const first = createGlue().initSync(compiled);
	const second = await createGlue().init(compiled);
	assert.notEqual(first.memory, second.memory);
	assert.equal(first.registryNew(0, Number.NaN), second.registryNew(0, Number.NaN));
});

test('what users of the module call keeps its name', () => {
	const { module: shortened } = shortenNames(module, wrapGlue(glue, [], './x.js').code);
	const namesOf = (bytes) => WebAssembly.Module.exports(new WebAssembly.Module(bytes)).map(({ name }) => name);
	const own = namesOf(module).filter((name) => !name.startsWith('__'));
	assert.deepEqual(
		namesOf(shortened).filter((name) => own.includes(name)),
		own,
	);
	assert.ok(shortened.length < module.length);
});

test('sections and entries that are not changed are written as they were read', () => {
	const sections = readSections(module);
	for (const section of sections.filter(({ id }) => id === 2 || id === 7)) {
		assert.deepEqual(
			readEntries(section.id, writeEntries(readEntries(section.id, section.body))),
			readEntries(section.id, section.body),
		);
	}
	const written = writeSections(module, sections);
	assert.ok(WebAssembly.validate(written));
	assert.deepEqual(readSections(written), sections);
});

test('glue of an unknown form is refused, and the message says what is unknown', () => {
	const unknown = [
		[`${glue}\nclass Surprise {}`, /a statement of another kind: 'class Surprise/],
		[glue.replaceAll('__wbg_finalize_init', '__wbg_something_else'), /it has no '__wbg_finalize_init'/],
		[`import * as other from './snippet.js';\n${glue}`, /a statement of another kind: 'import \* as other/],
		[`${glue}\nfunction getStringFromWasm0(ptr, len, encoding) {}`, /takes \(ptr, len, encoding\), not \(ptr, len\)/],
	];
	for (const [text, message] of unknown) assert.throws(() => wrapGlue(text, [], './x.js'), message);
});

function imported(code) {
	return import(`data:text/javascript;charset=utf-8,${encodeURIComponent(code)}`);
}
