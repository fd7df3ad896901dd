/** Import, one observation, one collection. */
import { Histogram, register } from 'prom-client';

const histogram = new Histogram({ name: 'cold_seconds', help: 'cold' });
histogram.observe(0.005);
if ((await register.getMetricsAsJSON()).length !== 1) throw new Error('the first recording is missing');
