/** startTimer and endTimer by name, against the two clock reads that no timer can do without. */
import { interleave } from '../harness.mjs';
import { monitorOf, ready, timerPair, verify } from '../ours.mjs';
import { TWO_CLOCK_READS, twoClockReads } from '../peers/clock.mjs';
import { timerPair as promTimerPair } from '../peers/prom.mjs';
import { atMost, compare } from '../result.mjs';

export const unit = 'ns';
export const goal = `<= 1.2 x ${TWO_CLOCK_READS}`;

export async function measure({ plan, engine, progress }) {
	await ready(engine);
	const monitor = monitorOf();
	const ours = timerPair(monitor, 'operation');
	const result = compare(await interleave([ours, twoClockReads(), promTimerPair()], plan, progress));
	verify(monitor, ['operation'], ours.recorded);
	return { ...result, checks: [atMost(`ratio to ${TWO_CLOCK_READS}`, result.ratios[TWO_CLOCK_READS].median, 1.2)] };
}
