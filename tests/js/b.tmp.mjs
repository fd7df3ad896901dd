import { WasmPerformanceMonitor, load } from '@code-mesh/perf';
await load();
const m = new WasmPerformanceMonitor();
const names = Array.from({length:8},(_, i)=>'operation-'+i);
const ops = names.map(n => m.operation(n));
const N=3e6, vals=Float64Array.from({length:4096},()=>Math.exp(Math.random()*6-3));
const cases={ handle(){for(let i=0;i<N;i++) ops[i&7].record(vals[i&4095])}, name(){for(let i=0;i<N;i++) m.record(names[i&7], vals[i&4095])}, name1(){for(let i=0;i<N;i++) m.record('operation-1', vals[i&4095])} };
const best={};
for(let r=0;r<9;r++) for(const [k,f] of Object.entries(cases)){const t=performance.now();f();const ns=(performance.now()-t)*1e6/N;best[k]=Math.min(best[k]??1e9,ns)}
console.log(best, best.name/best.handle);
