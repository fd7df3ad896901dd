/**
 * An object leased and given back. The goal is for the synchronous way; the peers only have an asynchronous one, which
 * pays for promises, so ours by that way stands beside them.
 */
import { interleave } from '../harness.mjs';
import { acquireObject, leaseObject, verify } from '../our-pools.mjs';
import { genericPool } from '../peers/generic-pool.mjs';
import { tarn } from '../peers/tarn.mjs';
import { atMost, compare } from '../result.mjs';

export const unit = 'ns';
export const goal = '<= 120 ns, synchronously';

export async function measure({ plan, progress }) {
	const ours = leaseObject();
	const awaited = acquireObject();
	const result = compare(await interleave([ours, awaited, genericPool(), tarn()], plan, progress));
	verify(ours);
	verify(awaited);
	return { ...result, checks: [atMost('ours', result.ours, 120)] };
}
