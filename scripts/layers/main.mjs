/** The command: `scripts/check-layers [--json] [FOLDER]`. Status 1 when an invariant is broken, 2 when called wrongly. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHECKS, runChecks } from './checks.mjs';
import { readTree } from './tree.mjs';

const words = process.argv.slice(2);
const json = words.includes('--json');
const rest = words.filter((word) => word !== '--json');

if (rest.length > 1 || rest[0]?.startsWith('-')) {
	process.stderr.write('usage: scripts/check-layers [--json] [FOLDER]\n');
	process.exitCode = 2;
} else {
	const root = resolve(rest[0] ?? fileURLToPath(new URL('../..', import.meta.url)));
	const findings = runChecks(readTree(root));
	process.exitCode = findings.length > 0 ? 1 : 0;
	process.stdout.write(json ? `${JSON.stringify(report(findings), null, 2)}\n` : plain(findings));
}

function report(findings) {
	return { holds: findings.length === 0, checks: CHECKS.map(({ id, says }) => ({ id, says })), findings };
}

function plain(findings) {
	if (findings.length === 0) return `check-layers: ${CHECKS.length} invariants hold\n`;
	const lines = findings.map(({ check, file, line, message }) => `${file}:${line}: [${check}] ${message}`);
	const broken = new Set(findings.map(({ check }) => check)).size;
	return `${lines.join('\n')}\ncheck-layers: ${findings.length} findings against ${broken} of ${CHECKS.length} invariants\n`;
}
