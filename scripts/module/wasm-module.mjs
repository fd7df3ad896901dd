// How the WebAssembly module is compiled.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { runCommand } from '../lib/run-command.mjs';
import { finishModule } from './finish-module.mjs';

const TARGET = 'wasm32-unknown-unknown';

// 64 KB instead of 1 MB: the core recurses nowhere, and this is most of a fresh instance's memory.
const STACK = '-Clink-arg=-zstack-size=65536';

// What makes the size build: a panic is a trap at once, so that neither messages nor formatting nor places in the source
// are compiled in, in our code and in the standard library, which is compiled along for that.
const SIZE_FLAGS = ['-Zunstable-options', '-Cpanic=immediate-abort', '-Zlocation-detail=none', '-Zfmt-debug=none'];

/** Compiles src/wasm and puts what loads it beside it, in `folder`. What wasm-pack made stays in .build/wasm-pack/. */
export async function buildModule({ folder, dev, features, optLevel, ordinary }) {
	const forSize = !dev && !ordinary && canBuildForSize();
	if (!forSize && !dev && !ordinary) {
		console.error('build: no library source for this Rust: an ordinary, larger module (rustup component add rust-src)');
	}
	const made = `.build/wasm-pack/${folder.replace('.build/', '')}`;
	mkdirSync(dirname(made), { recursive: true });

	const allFeatures = [dev && 'console_error_panic_hook', features].filter(Boolean).join(',');
	await runCommand(
		'wasm-pack',
		[
			...['--log-level', 'warn', 'build', 'src/wasm', '--mode', 'no-install', '--no-pack', '--target', 'web'],
			...(dev ? ['--dev'] : ['--profile', 'wasm']),
			...['--out-dir', relative('src/wasm', made), '--out-name', 'code_mesh_core'],
			...['--', '--locked', ...(allFeatures ? ['--features', allFeatures] : [])],
		],
		environment({ forSize, dev, optLevel }),
	);
	const kind = dev ? 'dev' : forSize ? 'size' : 'ordinary';
	finishModule(made, folder, { build: kind, rustc: rustc('--version') });
}

/** Everything about the tools that can change the module, as text. */
export function describeToolchain() {
	return [rustc('-vV'), canBuildForSize()].join('\n');
}

function environment({ forSize, dev, optLevel }) {
	const flags = [...(forSize ? SIZE_FLAGS : dev ? [] : remapPaths()), ...(dev ? [] : [STACK])];
	return {
		// The encoded form: a flag may hold a path with a space in it.
		CARGO_ENCODED_RUSTFLAGS: flags.join('\x1f'),
		...(optLevel && { CARGO_PROFILE_WASM_OPT_LEVEL: optLevel }),
		...(forSize && {
			RUSTC_BOOTSTRAP: '1',
			CARGO_UNSTABLE_BUILD_STD: 'std',
			CARGO_UNSTABLE_BUILD_STD_FEATURES: 'optimize_for_size',
		}),
	};
}

/** Panic messages of the ordinary build name source files: not by where they are on this machine. */
function remapPaths() {
	const home = process.env.CARGO_HOME ?? join(process.env.HOME, '.cargo');
	return [`--remap-path-prefix=${process.cwd()}=.`, `--remap-path-prefix=${home}=cargo`];
}

/** True when the standard library's source is there and the compiler knows the flags (they are unstable). */
function canBuildForSize() {
	if (!existsSync(join(rustc('--print', 'sysroot'), 'lib/rustlib/src/rust/library/Cargo.toml'))) return false;
	try {
		execFileSync('rustc', [...SIZE_FLAGS, '--print', 'cfg', '--target', TARGET], {
			env: { ...process.env, RUSTC_BOOTSTRAP: '1' },
			stdio: 'ignore',
		});
		return true;
	} catch {
		return false;
	}
}

function rustc(...args) {
	return execFileSync('rustc', args, { encoding: 'utf8' }).trim();
}
