/** What a figure depends on and a reader cannot guess: machine, versions, how fine the clock is, how busy the machine was. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';

const PEERS = [
	'hdr-histogram-js',
	'@datadog/sketches-js',
	'prom-client',
	'@opentelemetry/sdk-metrics',
	'@opentelemetry/api',
	'lru-cache',
	'quick-lru',
	'mnemonist',
	'cacheable',
	'bentocache',
	'generic-pool',
	'tarn',
];
const require = createRequire(import.meta.url);

/** The environment block of a report. */
export function describeEnvironment() {
	return {
		node: process.version,
		v8: process.versions.v8,
		platform: `${os.platform()} ${os.arch()}`,
		cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
		cores: os.availableParallelism(),
		date: new Date().toISOString(),
		package: versionIn(new URL('../../package.json', import.meta.url)),
		peers: Object.fromEntries(PEERS.map((name) => [name, versionOf(name)])),
		clockResolutionMs: clockResolution(),
		load: os.loadavg().map((value) => Math.round(value * 100) / 100),
	};
}

/** The smallest step between two different readings of the clock. */
function clockResolution() {
	let smallest = Infinity;
	for (let i = 0; i < 200; i += 1) {
		const start = performance.now();
		let now = start;
		while (now === start) now = performance.now();
		smallest = Math.min(smallest, now - start);
	}
	return Number(smallest.toPrecision(3));
}

function versionOf(name) {
	// By path and not by name: some packages do not export their package.json.
	const main = require.resolve(name);
	const folder = main.slice(0, main.lastIndexOf(`/node_modules/${name}/`) + `/node_modules/${name}/`.length);
	return versionIn(`${folder}package.json`);
}

function versionIn(file) {
	return JSON.parse(readFileSync(file, 'utf8')).version;
}
