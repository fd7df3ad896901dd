/**
 * Measures one case in a process of its own, so that one case's types do not spoil another's compiled code, and sends the
 * result to the parent. Arguments: the id, the plan ('full' or 'quick'), the core ('wasm' or 'js').
 */
import { caseFile } from './cases/index.mjs';
import { PLANS } from './plans.mjs';
import { watchMemories } from './wasm-memory.mjs';

const [id, planName, engine] = process.argv.slice(2);

watchMemories();
const { measure, unit, goal } = await import(caseFile(id).href);
const { checks, ...figures } = await measure({
	plan: PLANS[planName],
	engine,
	progress: (done) => process.send?.({ done }),
});
const result = { id, unit, ...figures, goal, checks, holds: checks.every((check) => check.holds) };
if (process.send) process.send({ result }, () => process.disconnect());
else process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
