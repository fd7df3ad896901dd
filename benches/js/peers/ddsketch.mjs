/** Datadog's DDSketch at its default relative accuracy of 1 %. */
import { DDSketch } from '@datadog/sketches-js';
import { VALUES } from '../data.mjs';

/** Records milliseconds into one sketch. */
export function recordSketch(milliseconds) {
	const sketch = new DDSketch();
	return {
		name: '@datadog/sketches-js',
		run(n) {
			for (let i = 0; i < n; i += 1) sketch.accept(milliseconds[i & (VALUES - 1)]);
			return sketch.count;
		},
	};
}
