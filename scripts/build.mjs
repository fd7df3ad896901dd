// Builds pkg/ and dist/, each only when something it is made from has changed. scripts/build is how it is called: there
// the tools are in place, and only one build runs at a time.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fingerprint, forget, isFresh, remember } from './lib/fresh.mjs';
import { runCommand } from './lib/run-command.mjs';
import { buildModule, describeToolchain } from './module/wasm-module.mjs';

const { values: options } = parseArgs({
	options: {
		dev: { type: 'boolean', default: false },
		features: { type: 'string', default: '' },
		'opt-level': { type: 'string', default: '' },
		ordinary: { type: 'boolean', default: false },
	},
});

const variant = variantName(options);
await inTime(`${variant.folder}/`, variant.sources, variant.key, [variant.folder], () =>
	buildModule({
		folder: variant.folder,
		dev: options.dev,
		features: options.features,
		optLevel: options['opt-level'],
		ordinary: options.ordinary,
	}),
);
if (variant.folder === 'pkg' && existsSync('scripts/bundle.mjs')) {
	const sources = ['js', 'pkg', 'scripts/bundle.mjs', 'package.json', 'package-lock.json', 'tsconfig.json'];
	await inTime('dist/', sources, process.version, ['dist'], () => runCommand('node', ['scripts/bundle.mjs']));
}

/** Where a build with these options goes, and what it is made from. */
function variantName({ dev, features, 'opt-level': optLevel, ordinary }) {
	const name = [dev && 'dev', features.replaceAll(',', '+'), optLevel && `opt-${optLevel}`, ordinary && 'ordinary'];
	const folder = name.some(Boolean) ? `.build/${name.filter(Boolean).join('-')}` : 'pkg';
	return {
		folder,
		key: describeToolchain(),
		sources: ['Cargo.toml', 'Cargo.lock', 'src', 'scripts/build.mjs', 'scripts/module', 'package-lock.json'],
	};
}

/** Runs `make` unless `outputs` are as an earlier run left them and `sources` are as that run found them. */
async function inTime(name, sources, key, outputs, make) {
	const before = fingerprint(sources, key);
	if (isFresh(name, before, outputs)) return;
	const start = performance.now();
	console.error(`build: ${name} ...`);
	// Forgotten first, so that an interrupted build is never taken for a finished one.
	forget(name);
	await make();
	remember(name, before, outputs);
	console.error(`build: ${name} done in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}
