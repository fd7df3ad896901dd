/** What holds for the Rust side: a core without the world in it, in which knowledge flows one way. */

import { pathsOf } from './rust-paths.mjs';
import { closing } from './source.mjs';
import { lineAt } from './tree.mjs';

const CORE = 'src/performance';

/** Modules of the core and what each may name besides itself. A new one needs a place here and in ARCHITECTURE.md. */
const BASE = ['clock', 'error', 'stats'];
const WITH_METRICS = [...BASE, 'metrics'];
const MAY_USE = {
	error: [],
	clock: ['error'],
	stats: ['error'],
	metrics: BASE,
	monitor: WITH_METRICS,
	regression: WITH_METRICS,
	export: WITH_METRICS,
	profiler: WITH_METRICS,
	memory_pool: WITH_METRICS,
	cache: WITH_METRICS,
	async_optimizer: WITH_METRICS,
};

/** What would bring the world, or one platform, into the core. */
const WORLD = [
	'wasm_bindgen',
	'js_sys',
	'web_sys',
	'serde_wasm_bindgen',
	'std::time::Instant',
	'std::time::SystemTime',
	'std::net',
	'std::fs',
	'std::env',
	'std::process',
	'std::io::stdout',
	'std::io::stderr',
	'std::io::stdin',
	'std::thread::sleep',
];
const PRINTING = /\b(?:e?println|e?print|dbg)!/g;

/** Float functions that differ between platforms; sqrt is exact everywhere. */
const TRANSCENDENTAL =
	'ln ln_1p log log2 log10 exp exp2 exp_m1 powf powi cbrt hypot sin cos tan asin acos atan atan2 sin_cos sinh cosh tanh asinh acosh atanh';
const TRANSCENDENTAL_CALL = new RegExp(
	`(?:\\.|\\bf(?:32|64)\\s*::\\s*)(?:${TRANSCENDENTAL.split(' ').join('|')})\\s*\\(`,
	'g',
);

export const coreIsPure = {
	id: 'core-is-pure',
	says: 'The core has no JavaScript, clock, socket, file or console of its own.',
	run: (tree) =>
		tree.rustUnder(CORE).flatMap((file) => {
			const code = tree.rust(file);
			const paths = pathsOf(file, code)
				.filter(({ path }) => WORLD.some((name) => path === name || path.startsWith(`${name}::`)))
				.map(({ path, offset }) =>
					at(
						tree,
						file,
						offset,
						`the core names ${path}: take it in through a trait or a parameter, the edges bring it`,
					),
				);
			const prints = [...code.matchAll(PRINTING)].map(({ 0: call, index }) =>
				at(tree, file, index, `the core calls ${call}: return the text, or write to what the caller hands in`),
			);
			return [...paths, ...prints];
		}),
};

export const noTranscendentals = {
	id: 'no-transcendentals',
	says: 'The core calls no float function of std that differs between platforms.',
	run: (tree) =>
		tree
			.rustUnder(CORE)
			.flatMap((file) =>
				[...tree.rust(file).matchAll(TRANSCENDENTAL_CALL)].map(({ 0: call, index }) =>
					at(
						tree,
						file,
						index,
						`${call.trim()}…) gives different bits on different platforms: use constants in the source or the libm crate`,
					),
				),
			),
};

export const coreOrder = {
	id: 'core-order',
	says: 'Inside the core: error <- clock, stats <- metrics <- everything else, and those know nothing of each other.',
	run: (tree) =>
		tree.rustUnder(CORE).flatMap((file) => {
			const from = file
				.slice(CORE.length + 1)
				.split('/')[0]
				.replace(/\.rs$/, '');
			if (from === 'mod') return [];
			const allowed = MAY_USE[from];
			if (allowed === undefined) {
				return [
					at(
						tree,
						file,
						0,
						`the module ${from} has no place in the order of the core: give it one in scripts/layers/rust-checks.mjs`,
					),
				];
			}
			return pathsOf(file, tree.rust(file)).flatMap(({ path, offset }) => {
				const to = /^crate::performance::([a-z_]\w*)/.exec(path)?.[1];
				if (to === undefined && /^crate::performance::[A-Z]/.test(path)) {
					return [at(tree, file, offset, `${path} goes through the table of contents: name the module it lives in`)];
				}
				if (to === undefined || to === from || allowed.includes(to)) return [];
				const may = allowed.length > 0 ? `only ${allowed.join(', ')}` : 'no other module';
				return [
					at(tree, file, offset, `${from} may know ${may}, but names ${path}: move the shared part down or hand it in`),
				];
			});
		}),
};

export const rustOneWay = {
	id: 'one-way-imports',
	says: 'What is used flows one way: core -> edges -> pkg -> js/wasm.ts -> js -> index -> pages and commands.',
	run: (tree) =>
		tree.rustUnder(CORE).flatMap((file) => {
			const code = tree.rust(file);
			return pathsOf(file, code)
				.filter(({ path }) => /^(?:crate::(?:native|web|wasm)|code_mesh_wasm)\b/.test(path))
				.filter(({ path, offset }) => !isGatedReexport(file, path, code, offset))
				.map(({ path, offset }) =>
					at(
						tree,
						file,
						offset,
						`the core names the edge ${path}: only a \`#[cfg(…)] pub use crate::native::…;\` in a mod.rs may look up`,
					),
				);
		}),
};

export const noGlobalAllocator = {
	id: 'no-global-allocator',
	says: 'The library installs no global allocator; only the wasm member may, by a feature.',
	run: (tree) =>
		tree
			.rustUnder('src')
			.filter((file) => !file.startsWith('src/wasm/'))
			.flatMap((file) =>
				[...tree.rust(file).matchAll(/#\[global_allocator\]/g)].map(({ index }) =>
					at(
						tree,
						file,
						index,
						'a library must not choose the allocator of its users: offer it as a type, or move it to src/wasm',
					),
				),
			),
};

/** A type that is a number in WebAssembly, or nothing. */
const NUMBER = /^(?:f64|f32|u8|u16|u32|i8|i16|i32|usize|isize|bool|\*(?:const|mut)\s+(?:f64|u32|u8)|\(\))$/;

/** Called once at load, where a structure is worth its cost: it crosses as one JsValue. */
const RARE = /^(?:describe|\w+_options)$/;

export const numbersOnly = {
	id: 'numbers-only',
	says: 'Only numbers cross between JavaScript and the module; rare option structures cross as one JsValue.',
	run: (tree) =>
		tree.rustUnder('src/wasm/src').flatMap((file) => {
			const code = tree.rust(file);
			return exportedFunctions(code).flatMap(({ name, parameters, result, offset }) => {
				return [...parameters, result]
					.filter((type) => !NUMBER.test(type) && !(RARE.test(name) && /\bJsValue\b/.test(type)))
					.map((type) =>
						at(
							tree,
							file,
							offset,
							`${name} passes ${type} over the border: pass handles and numbers, or words in linear memory`,
						),
					);
			});
		}),
};

function exportedFunctions(code) {
	const functions = [];
	for (const attribute of code.matchAll(/#\[wasm_bindgen\b/g)) {
		const header = /\bpub\s+(?:unsafe\s+)?fn\s+(\w+)\s*\(/g;
		header.lastIndex = closing(code, attribute.index + 1);
		const match = header.exec(code);
		if (match === null) continue;
		// Anything but further attributes between the two means that the attribute belongs to something else.
		if (/\b(?:fn|struct|enum|impl|mod|extern)\b/.test(code.slice(closing(code, attribute.index + 1), match.index)))
			continue;
		const open = match.index + match[0].length - 1;
		const end = closing(code, open);
		const result = /^\s*->\s*([^{]+?)\s*(?:\{|where\b)/.exec(code.slice(end))?.[1] ?? '()';
		const parameters = code
			.slice(open + 1, end - 1)
			.split(',')
			.map((parameter) => parameter.slice(parameter.indexOf(':') + 1).trim())
			.filter((type) => type !== '');
		functions.push({ name: match[1], parameters, result, offset: match.index });
	}
	return functions;
}

function isGatedReexport(file, path, code, offset) {
	const before = code.slice(0, offset);
	return file.endsWith('/mod.rs') && path.startsWith('crate::native::') && /#\[cfg\([^\]]*\]\s*pub\s+$/.test(before);
}

function at(tree, file, offset, message) {
	return { file, line: lineAt(tree.text(file), offset), message };
}
