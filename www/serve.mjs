#!/usr/bin/env node
// Serves the demo page on this machine only, until Ctrl-C.

import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DIST, startServer } from './server.mjs';

const HELP = `Usage: npm run web [-- --port PORT]

Serves the demo page on 127.0.0.1 and prints its address. Without --port the
system chooses a free one. Ctrl-C stops it.
`;

try {
	process.exitCode = await main(process.argv.slice(2));
} catch (error) {
	process.stderr.write(`${error.message}\n`);
	process.exitCode = 2;
}

async function main(args) {
	const { values } = parseArgs({ args, options: { port: { type: 'string' }, help: { type: 'boolean', short: 'h' } } });
	if (values.help) {
		process.stdout.write(HELP);
		return 0;
	}
	if (!existsSync(DIST)) throw new Error('dist/ is missing: run `npm run build` first');
	const { url, close } = await startServer(portFrom(values.port));
	process.stdout.write(`Demo page: ${url}\n`);
	if (process.stdout.isTTY) process.stdout.write('Ctrl-C stops it.\n');
	await new Promise((resolve) => {
		process.once('SIGINT', resolve);
		process.once('SIGTERM', resolve);
	});
	await close();
	return 0;
}

function portFrom(text) {
	if (text === undefined) return 0;
	const port = Number(text);
	if (/^\d+$/.test(text) && port <= 65_535) return port;
	throw new Error(`Not a port: ${text}; expected a number from 0 to 65535`);
}
