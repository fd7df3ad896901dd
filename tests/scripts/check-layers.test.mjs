/** Each check of scripts/check-layers finds its violation in a small tree that is otherwise in order. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CHECKS, runChecks } from '../../scripts/layers/checks.mjs';
import { readTree } from '../../scripts/layers/tree.mjs';

const COMMAND = fileURLToPath(new URL('../../scripts/check-layers', import.meta.url));
const made = [];
after(() => {
	for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A tree in which everything holds, with one lookalike of each violation that must not be reported. */
const GOOD = {
	'package.json': JSON.stringify({ name: '@code-mesh/perf', scripts: { size: 'node scripts/size.mjs' } }, null, 2),
	'Cargo.toml': '[package]\nrust-version = "1.95"\n\n[dependencies]\nserde = { version = "1", optional = true }\n',
	'Cargo.lock': '',
	'ARCHITECTURE.md':
		'# Map\n\nInvariant: one way. [check-layers: one-way-imports]\n\n- Invariant: small,\n  and gated. [npm run size]\n',
	'src/lib.rs':
		'//! The table of contents.\n#![warn(missing_docs)]\npub mod performance;\n#[cfg(not(target_arch = "wasm32"))]\npub mod native;\n',
	'src/native/mod.rs':
		'use crate::performance::metrics::Histogram;\npub fn now() -> std::time::Instant { std::time::Instant::now() }\n',
	'src/performance/mod.rs':
		'pub mod clock;\npub mod metrics;\npub use metrics::Histogram;\n#[cfg(not(target_arch = "wasm32"))]\npub use crate::native::now;\n',
	'src/performance/clock.rs':
		'//! Not std::time::Instant and no println! here.\npub trait Clock { fn now(&self) -> f64; }\n',
	'src/performance/metrics/mod.rs': [
		'use super::clock::Clock;',
		'pub struct Histogram;',
		'pub fn width(x: f64) -> f64 { x.sqrt() }',
		'pub const HINT: &str = "x.ln() and std::fs::read";',
		'#[cfg(test)]',
		'mod exact;',
		'#[cfg(test)]',
		'mod tests { fn log(x: f64) -> f64 { println!("{x}"); x.ln() } }',
		'',
	].join('\n'),
	'src/performance/metrics/exact.rs': 'pub fn log(x: f64) -> f64 { x.ln() }\n',
	'src/wasm/src/lib.rs':
		'#[wasm_bindgen]\npub fn describe() -> JsValue { make() }\n#[wasm_bindgen]\npub fn drain(reg: u32, n: u32, now: f64) {}\nfn helper(text: &str) {}\n',
	'js/index.ts':
		"// What there is.\nexport { Monitor } from './monitor.js';\nexport type { Options } from './monitor.js';\n",
	'js/monitor.ts':
		"import type { Engine } from './engine/index.js';\nimport { PerfError } from './errors.js';\nexport type Options = { engine?: Engine };\nexport class Monitor {\n  async load() { return await import('./engine/index.js'); }\n}\nexport const help = 'await eval(x)';\nexport const again = async () => await new Monitor().load();\n",
	'js/errors.ts': 'export class PerfError extends Error {}\n',
	'js/engine/index.ts':
		"import { start } from '../wasm.js';\nimport { bytes } from './wasm-memory.js';\nimport type { Glue } from '../../pkg/glue.js';\nexport type Engine = number;\nexport const retrieval = [start, bytes];\n",
	'js/engine/wasm-memory.ts': 'export const bytes = (memory) => memory.buffer.byteLength;\n',
	'js/wasm.ts': "export { createGlue } from '../pkg/glue.js';\n",
	'js/node/index.ts':
		"import { writeFileSync } from 'node:fs';\nexport { Monitor } from '../index.js';\nexport const save = writeFileSync;\n",
	'www/main.js': "import { Monitor } from '@code-mesh/perf';\nimport './style.js';\nnew Monitor();\n",
	'www/style.js': 'export {};\n',
};

/** [check, files that replace those of the good tree, where it must be reported]. */
const VIOLATIONS = [
	['one-way-imports', { 'src/performance/clock.rs': '\nuse crate::native::now;\n' }, 'src/performance/clock.rs:2'],
	['one-way-imports', { 'src/performance/mod.rs': 'pub use crate::native::now;\n' }, 'src/performance/mod.rs:1'],
	['one-way-imports', { 'js/errors.ts': "import { Monitor } from './index.js';\n" }, 'js/errors.ts:1'],
	['one-way-imports', { 'js/errors.ts': "\nimport { x } from '../www/style.js';\n" }, 'js/errors.ts:2'],
	['one-way-imports', { 'js/errors.ts': "import { x } from '@code-mesh/perf';\n" }, 'js/errors.ts:1'],
	['one-way-imports', { 'js/errors.ts': "import { save } from './node/index.js';\n" }, 'js/errors.ts:1'],
	[
		'one-way-imports',
		{ 'js/cli/main.ts': 'export {};\n', 'js/errors.ts': "import './cli/main.js';\n" },
		'js/errors.ts:1',
	],
	['one-way-imports', { 'www/main.js': "\n\nimport { Monitor } from '../js/index.ts';\n" }, 'www/main.js:3'],
	[
		'one-way-imports',
		{ 'examples/a/run.mjs': "import { Monitor } from '../../dist/index.js';\n" },
		'examples/a/run.mjs:1',
	],
	[
		'core-is-pure',
		{ 'src/performance/clock.rs': 'use std::{\n    time::{Duration, Instant},\n};\n' },
		'src/performance/clock.rs:1',
	],
	[
		'core-is-pure',
		{ 'src/performance/clock.rs': 'fn now() { let _ = std::time::SystemTime::now(); }\n' },
		'src/performance/clock.rs:1',
	],
	['core-is-pure', { 'src/performance/clock.rs': 'use wasm_bindgen::prelude::*;\n' }, 'src/performance/clock.rs:1'],
	['core-is-pure', { 'src/performance/clock.rs': '\nfn say() { println!("x"); }\n' }, 'src/performance/clock.rs:2'],
	['core-order', { 'src/performance/clock.rs': 'use super::metrics::Histogram;\n' }, 'src/performance/clock.rs:1'],
	[
		'core-order',
		{ 'src/performance/clock.rs': 'use crate::performance::{error::E, metrics::{Histogram as H}};\n' },
		'src/performance/clock.rs:1',
	],
	['core-order', { 'src/performance/clock.rs': 'use crate::performance::Histogram;\n' }, 'src/performance/clock.rs:1'],
	[
		'core-order',
		{ 'src/performance/clock.rs': 'mod inner { fn f() { super::super::metrics::width(1.0); } }\n' },
		'src/performance/clock.rs:1',
	],
	[
		'core-order',
		{ 'src/performance/cache/mod.rs': 'use crate::performance::profiler::Span;\n' },
		'src/performance/cache/mod.rs:1',
	],
	['core-order', { 'src/performance/surprise.rs': '' }, 'src/performance/surprise.rs:1'],
	[
		'no-transcendentals',
		{ 'src/performance/clock.rs': 'fn f(x: f64) -> f64 {\n    x.ln()\n}\n' },
		'src/performance/clock.rs:2',
	],
	[
		'no-transcendentals',
		{ 'src/performance/clock.rs': 'fn f(x: f64) -> f64 { f64::exp(x) }\n' },
		'src/performance/clock.rs:1',
	],
	[
		'no-global-allocator',
		{ 'src/native/mod.rs': '#[global_allocator]\nstatic A: Own = Own;\n' },
		'src/native/mod.rs:1',
	],
	[
		'numbers-only',
		{ 'src/wasm/src/lib.rs': '#[wasm_bindgen]\npub fn record(name: &str, value: f64) {}\n' },
		'src/wasm/src/lib.rs:2',
	],
	[
		'numbers-only',
		{ 'src/wasm/src/lib.rs': '#[wasm_bindgen]\npub fn names(reg: u32) -> Vec<String> { vec![] }\n' },
		'src/wasm/src/lib.rs:2',
	],
	['one-seam', { 'js/engine/index.ts': "import { init } from '../../pkg/glue.js';\n" }, 'js/engine/index.ts:1'],
	['no-cycles', { 'js/errors.ts': "import { Monitor } from './monitor.js';\n" }, 'js/errors.ts:1'],
	['eager-closure', { 'js/errors.ts': "import { retrieval } from './engine/index.js';\n" }, 'js/errors.ts:1'],
	['eager-closure', { 'js/errors.ts': "import { createGlue } from './wasm.js';\n" }, 'js/errors.ts:1'],
	['eager-closure', { 'js/errors.ts': "\nimport { join } from 'path';\n" }, 'js/errors.ts:2'],
	['eager-closure', { 'js/errors.ts': "\nconst os = await1(import('node:os'));\n" }, 'js/errors.ts:2'],
	[
		'no-top-level-await',
		{ 'js/engine/index.ts': 'const f = async () => await g();\nexport const x = await f();\n' },
		'js/engine/index.ts:2',
	],
	['no-eval', { 'js/engine/index.ts': "export const f = new Function('return 1');\n" }, 'js/engine/index.ts:1'],
	['no-eval', { 'www/style.js': "\neval('1');\n" }, 'www/style.js:2'],
	[
		'no-lent-views',
		{ 'js/engine/index.ts': 'export const f = (w) => new Float64Array(w.memory.buffer);\n' },
		'js/engine/index.ts:1',
	],
	[
		'contents-only',
		{ 'js/index.ts': "export { Monitor } from './monitor.js';\nexport * from './errors.js';\n" },
		'js/index.ts:2',
	],
	['contents-only', { 'js/index.ts': 'export const version = 1;\n' }, 'js/index.ts:1'],
	['contents-only', { 'src/lib.rs': 'pub mod performance;\npub fn helper() {}\n' }, 'src/lib.rs:2'],
	['contents-only', { 'src/lib.rs': 'pub mod performance;\npub use performance::*;\n' }, 'src/lib.rs:2'],
	[
		'no-dependencies',
		{ 'package.json': '{\n  "dependencies": {\n    "left-pad": "1"\n  },\n  "scripts": { "size": "" }\n}' },
		'package.json:3',
	],
	['no-dependencies', { 'package.json': '{\n  "scripts": { "size": "",\n "postinstall": "x" }\n}' }, 'package.json:3'],
	['crate-promises', { 'Cargo.toml': '[package]\nrust-version = "1.96"\n' }, 'Cargo.toml:2'],
	[
		'crate-promises',
		{ 'Cargo.toml': GOOD['Cargo.toml'].replace('serde', 'web = "1"\nserde'), 'Cargo.lock': manyCrates() },
		'Cargo.toml:4',
	],
	['file-length', { 'js/engine/index.ts': '// line\n'.repeat(401) }, 'js/engine/index.ts:401'],
	['file-length', { 'src/performance/clock.rs': '// line\n'.repeat(401) }, 'src/performance/clock.rs:401'],
	['no-machine-paths', { 'README.md': `\ncd ${['', 'home', 'somebody', 'perf'].join('/')}\n` }, 'README.md:2'],
	['no-machine-paths', { 'README.md': `cat ${['', 'root', '.npmrc'].join('/')}\n` }, 'README.md:1'],
	[
		'no-machine-paths',
		{ 'notes.txt': `${['https:', '', 'registry.example.org', 'a.tgz'].join('/')}\n` },
		'notes.txt:1',
	],
	['named-invariants', { 'ARCHITECTURE.md': '# Map\n\nInvariant: hearsay.\n' }, 'ARCHITECTURE.md:3'],
	['named-invariants', { 'ARCHITECTURE.md': 'Invariant: wrong. [check-layers: no-such-check]\n' }, 'ARCHITECTURE.md:1'],
	['named-invariants', { 'ARCHITECTURE.md': 'Invariant: wrong. [test: tests/gone.test.mjs]\n' }, 'ARCHITECTURE.md:1'],
	['named-invariants', { 'ARCHITECTURE.md': 'Invariant: wrong. [npm run nothing]\n' }, 'ARCHITECTURE.md:1'],
];

test('a tree in order has no findings', () => {
	assert.deepEqual(findingsIn(GOOD), []);
});

for (const [check, changes, place] of VIOLATIONS) {
	test(`${check} reports ${place}: ${JSON.stringify(Object.values(changes)[0].slice(0, 60))}`, () => {
		const found = findingsIn({ ...GOOD, ...changes }).map(({ check: id, file, line }) => `${id} ${file}:${line}`);
		assert.ok(
			found.includes(`${check} ${place}`),
			`expected ${check} at ${place}, found: ${found.join('; ') || 'nothing'}`,
		);
	});
}

test('every check has a violation that shows that it can fail', () => {
	const shown = new Set(VIOLATIONS.map(([check]) => check));
	assert.deepEqual(
		CHECKS.map(({ id }) => id).filter((id) => !shown.has(id)),
		[],
	);
});

test('the command ends with 1 and says where and what to do, with --json as one document', () => {
	const folder = write({ ...GOOD, 'js/index.ts': 'export const version = 1;\n' });
	const plain = spawnSync(COMMAND, [folder], { encoding: 'utf8' });
	assert.equal(plain.status, 1);
	assert.match(plain.stdout, /^js\/index\.ts:1: \[contents-only\] /);
	const json = spawnSync(COMMAND, [folder, '--json'], { encoding: 'utf8' });
	assert.equal(json.status, 1);
	assert.equal(JSON.parse(json.stdout).holds, false);
	assert.equal(spawnSync(COMMAND, [write(GOOD)]).status, 0);
	assert.equal(spawnSync(COMMAND, ['--what']).status, 2);
});

function findingsIn(files) {
	return runChecks(readTree(write(files)));
}

function write(files) {
	const folder = mkdtempSync(join(tmpdir(), 'check-layers-'));
	made.push(folder);
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, name)), { recursive: true });
		writeFileSync(join(folder, name), text);
	}
	return folder;
}

function manyCrates() {
	const names = Array.from({ length: 16 }, (_, index) => `crate-${index}`);
	const leaf = (name) => `[[package]]\nname = "${name}"\nversion = "1.0.0"\n`;
	return `[[package]]\nname = "web"\ndependencies = [\n${names.map((name) => ` "${name}",\n`).join('')}]\n\n${names.map(leaf).join('\n')}`;
}
