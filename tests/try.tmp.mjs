import { WasmPerformanceMonitor, load, status } from '@code-mesh/perf';
const m = new WasmPerformanceMonitor();
const op = m.operation('tool', {tool:'read'});
for (let i=0;i<100;i++) { op.record(i); m.record('bare', i/7); m.increment('n', 0.1); m.gauge('g', i); }
m.record('bare', -1); m.record(Symbol.iterator, 5); m.record('x', 5n);
try { m.snapshot() } catch (e) { console.log(e.code, e.message) }
console.log(await load(process.argv[2] ? {engine:'js'} : undefined));
console.dir(m.snapshot(), {depth: 3});
console.log(m.quantile('tool', .5), m.quantile('bare', .99));
