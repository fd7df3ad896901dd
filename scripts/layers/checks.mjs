/** All checks, each `{ id, says, run(tree) }`; `run` gives findings `{ file, line, message }`. */
import * as js from './js-checks.mjs';
import * as project from './project-checks.mjs';
import * as rust from './rust-checks.mjs';

const oneWay = {
	...rust.rustOneWay,
	run: (tree) => [...rust.rustOneWay.run(tree), ...js.jsOneWay.run(tree)],
};

const checks = [
	oneWay,
	rust.coreIsPure,
	rust.coreOrder,
	rust.noTranscendentals,
	rust.noGlobalAllocator,
	rust.numbersOnly,
	js.oneSeam,
	js.noCycles,
	js.eagerClosure,
	js.noTopLevelAwait,
	js.noEval,
	js.noLentViews,
	project.contentsOnly,
	project.noDependencies,
	project.cratePromises,
	project.fileLength,
	project.noMachinePaths,
];

export const CHECKS = [...checks, project.namedInvariants(checks.map(({ id }) => id))];

/** Every finding of every check, with the id of the check. */
export function runChecks(tree) {
	return CHECKS.flatMap((check) => check.run(tree).map((finding) => ({ check: check.id, ...finding })));
}
