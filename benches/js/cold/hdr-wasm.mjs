/** Import, initialise the module, one recording, one summary. */
import hdr from 'hdr-histogram-js';

await hdr.initWebAssembly();
const histogram = hdr.build({ useWebAssembly: true });
histogram.recordValue(5_000_000);
if (histogram.summary.totalCount !== 1) throw new Error('the first recording is missing');
