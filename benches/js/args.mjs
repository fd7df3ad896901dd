/** The command line of the benchmark. */
import { CASES } from './cases/index.mjs';

const USAGE = `usage: npm run bench [-- --only ID[,ID]] [--quick] [--json [FILE]]
cases: ${CASES.map(({ id }) => id).join(' ')}`;

/** A command line that cannot be followed; its message is all the user needs. */
export class UsageError extends Error {}

/**
 * `{ ids, plan, json }`, where `json` is undefined (a table), '-' (standard output) or a file name.
 * Throws a UsageError that lists the ids when one is unknown.
 */
export function parseArgs(argv) {
	const options = { ids: CASES.map(({ id }) => id), plan: 'full', json: undefined };
	const rest = argv.flatMap((word) => (/^--\w+=/.test(word) ? split(word) : [word]));
	while (rest.length > 0) {
		const word = rest.shift();
		if (word === '--quick') options.plan = 'quick';
		else if (word === '--json') options.json = rest[0]?.startsWith('--') === false ? rest.shift() : '-';
		else if (word === '--only') options.ids = knownIds(rest.shift());
		else throw new UsageError(`unknown argument ${JSON.stringify(word)}\n${USAGE}`);
	}
	return options;
}

function split(word) {
	const at = word.indexOf('=');
	return [word.slice(0, at), word.slice(at + 1)];
}

function knownIds(text) {
	const ids = (text ?? '').split(',').filter(Boolean);
	const unknown = ids.filter((id) => !CASES.some((each) => each.id === id));
	if (ids.length === 0 || unknown.length > 0) {
		throw new UsageError(
			`--only expects the id of a case, got ${JSON.stringify(unknown.join(',') || text || '')}\n${USAGE}`,
		);
	}
	return ids;
}
