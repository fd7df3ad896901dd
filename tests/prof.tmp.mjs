import { WasmPerformanceMonitor, load } from '@code-mesh/perf';
console.log(await load({ engine: 'js' }));
const m = new WasmPerformanceMonitor();
const op = m.operation('x');
const t=performance.now();
for(let i=0;i<2e5;i++) op.record(Math.exp((i%4096)/1000-3));
console.log((performance.now()-t)*1e6/2e5);
