/** 8 KiB leased, written to and given back, as the last holder left them. */
import { interleave } from '../harness.mjs';
import { leaseBytes, verify } from '../our-pools.mjs';
import { allocUnsafe, newArray } from '../peers/allocation.mjs';
import { atMost, compare } from '../result.mjs';

export const unit = 'ns';
export const goal = '<= 60 ns';

export async function measure({ plan, progress }) {
	const ours = leaseBytes(8192);
	const result = compare(await interleave([ours, newArray(8192), allocUnsafe(8192)], plan, progress));
	verify(ours);
	return { ...result, checks: [atMost('ours', result.ours, 60)] };
}
