// Every code block of the README does what it says.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { launchChromium, openPage } from '../browser/support/chromium.mjs';
import { page as pageRoute, startFixtures } from '../browser/support/fixture-server.mjs';
import { plainEnvironment, run } from '../packaging/support/run.mjs';
import { codeBlocks } from './blocks.mjs';
import { commandsOf, kindOf, runLine } from './commands.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));

const RUNNERS = {
	js: runScript,
	ts: runTypeScript,
	html: openHtml,
	sh: runCommands,
	rust: checkDoctest,
	text: () => {},
};

for (const { language, code, line } of codeBlocks(readme)) {
	test(`line ${line}: ${language || 'no language'}`, { timeout: 300_000 }, async (t) => {
		const runner = RUNNERS[language];
		assert.ok(
			runner,
			`a block of ${language || 'no language'}: nobody would check it; known are ${Object.keys(RUNNERS)}`,
		);
		await runner(code, t);
	});
}

test('links and pictures inside the repository exist', () => {
	const targets = [...readme.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
		.map(([, target]) => target)
		.filter((target) => !/^\w+:/.test(target));
	assert.ok(targets.length > 0);
	for (const target of targets) assert.ok(existsSync(join(ROOT, target)), `${target} is not there`);
});

test('every script that the README names exists, and it names every script', () => {
	const named = new Set(
		[...readme.matchAll(/`npm (?:run )?([\w:-]+)(?: [^`]*)?`/g)]
			.map(([, script]) => script)
			.filter((script) => !['install', 'pack', 'ci'].includes(script)),
	);
	for (const script of named) assert.ok(script in scripts, `npm run ${script} is not in package.json`);
	for (const script of Object.keys(scripts)) assert.ok(named.has(script), `npm run ${script} is not in the README`);
});

/** As a module of a project that has the package installed. */
async function runScript(code, t) {
	const folder = await userProject(t);
	await writeFile(join(folder, 'main.mjs'), code);
	await run(process.execPath, ['main.mjs'], { cwd: folder });
}

/** Checked as it stands, then run as compiled, since Node 20 does not know `using`. */
async function runTypeScript(code, t) {
	const folder = await userProject(t);
	await writeFile(join(folder, 'main.mts'), code);
	await run(
		process.execPath,
		[
			TSC,
			'--noEmit',
			'--strict',
			'--target',
			'esnext',
			'--module',
			'nodenext',
			'--lib',
			'esnext,dom',
			'--types',
			'node',
			'--typeRoots',
			join(ROOT, 'node_modules', '@types'),
			'main.mts',
		],
		{ cwd: folder },
	);
	const { code: compiled } = await transform(code, { loader: 'ts', target: 'es2022', format: 'esm' });
	await writeFile(join(folder, 'main.mjs'), compiled);
	await run(process.execPath, ['main.mjs'], { cwd: folder });
}

async function openHtml(code, t) {
	const html = `<!doctype html><html lang="en"><title>README</title><link rel="icon" href="data:,">\n${code}`;
	const server = await startFixtures(
		(end) => t.after(end),
		{ '/': pageRoute(html) },
		{ '/node_modules/@code-mesh/perf/': ROOT },
	);
	const browser = await launchChromium((end) => t.after(end));
	const { page, problems } = await openPage(browser);
	const logged = page.waitForEvent('console', { predicate: (message) => message.type() !== 'error' });
	await page.goto(server.url);
	await logged;
	assert.deepEqual(problems, []);
}

/** Lines run one after the other; a comment says where: `# in this checkout` (the beginning) or `# in your project`. */
async function runCommands(code, t) {
	const project = await userProject(t, { installed: false });
	const present = await readdir(ROOT);
	t.after(() => removeNewTarballs(present));
	let cwd = ROOT;
	for (const line of code.split('\n')) {
		if (/^# in your project/.test(line)) cwd = project;
		if (/^# in this checkout/.test(line)) cwd = ROOT;
		for (const command of commandsOf(line)) await runCommand(command, cwd, project, t);
	}
}

async function runCommand(command, cwd, project, t) {
	const { kind, script } = kindOf(command, scripts);
	assert.notEqual(kind, 'missing', `there is no script ${script}`);
	if (kind === 'look up') return;
	if (kind === 'start') return startAndStop(command, cwd, t);
	const env = { ...plainEnvironment(), CHECKOUT: ROOT.replace(/\/$/, ''), REPOSITORY: `file://${ROOT}` };
	// Cargo would keep a copy of the repository in the user's own folder.
	if (command.startsWith('cargo ')) env.CARGO_HOME = join(project, '.cargo-home');
	if (command.startsWith('cargo ') && !existsSync(join(ROOT, '.git')))
		return t.diagnostic('not a git checkout: cargo add was not run');
	await runLine(command, { cwd, env });
}

/** Starts a server, reads the address it prints, asks it for its page and stops it. */
async function startAndStop(command, cwd, t) {
	const child = spawn('bash', ['-c', command], {
		cwd,
		env: plainEnvironment(),
		detached: true,
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	t.after(() => stopGroup(child));
	const url = await new Promise((resolve, reject) => {
		let said = '';
		child.stdout.setEncoding('utf8').on('data', (text) => {
			said += text;
			const [address] = /http:\/\/127\.0\.0\.1:\d+\//.exec(said) ?? [];
			if (address) resolve(address);
		});
		child.once('close', () => reject(new Error(`${command} ended without printing an address: ${said}`)));
	});
	assert.equal((await fetch(url)).status, 200);
}

function stopGroup(child) {
	if (child.exitCode !== null || child.signalCode !== null) return undefined;
	const closed = new Promise((resolve) => child.once('close', resolve));
	process.kill(-child.pid, 'SIGTERM');
	return closed;
}

/** Rust blocks are doctests of the crate, which takes the README in for that; `cargo test --doc` runs them. */
async function checkDoctest() {
	assert.match(await readFile(join(ROOT, 'src', 'readme.rs'), 'utf8'), /include_str!\("\.\.\/README\.md"\)/);
}

/** A folder that is no part of the checkout, a Node and a Cargo project at once; the package is linked in unless it is to be installed. */
async function userProject(t, { installed = true } = {}) {
	const folder = await mkdtemp(join(tmpdir(), 'code-mesh-perf-readme-'));
	t.after(() => rm(folder, { recursive: true, force: true }));
	await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
	await writeFile(join(folder, 'Cargo.toml'), '[package]\nname = "user"\nversion = "0.0.0"\nedition = "2024"\n');
	await mkdir(join(folder, 'src'));
	await writeFile(join(folder, 'src', 'main.rs'), 'fn main() {}\n');
	if (installed) {
		await mkdir(join(folder, 'node_modules', '@code-mesh'), { recursive: true });
		await symlink(ROOT, join(folder, 'node_modules', '@code-mesh', 'perf'));
	}
	return folder;
}

async function removeNewTarballs(present) {
	for (const name of await readdir(ROOT)) {
		if (name.endsWith('.tgz') && !present.includes(name)) await rm(join(ROOT, name));
	}
}
