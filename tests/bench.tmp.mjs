import { WasmPerformanceMonitor, load } from '@code-mesh/perf';
const { Bench } = {};
await load(process.argv[2] ? { engine: 'js' } : undefined);
const m = new WasmPerformanceMonitor(), off = new WasmPerformanceMonitor({ enabled: false });
const op = m.operation('x'), opOff = off.operation('x');
for (let i=0;i<100;i++) m.record('op'+i, 1);
const N=2e6, vals=Float64Array.from({length:4096},()=>Math.exp(Math.random()*6-3));
const cases = {
  handle(){ for(let i=0;i<N;i++) op.record(vals[i&4095]) },
  name(){ for(let i=0;i<N;i++) m.record('x', vals[i&4095]) },
  now2(){ let s=0; for(let i=0;i<N/10;i++){ const a=performance.now(); s+=performance.now()-a } return s },
  pair(){ for(let i=0;i<N/10;i++){ const t=m.startTimer('x'); m.endTimer('x',t) } },
  pairop(){ for(let i=0;i<N/10;i++){ const t=op.startTimer(); op.endTimer(t) } },
  span(){ for(let i=0;i<N/10;i++){ const t=op.start(); t.finish() } },
  off(){ for(let i=0;i<N;i++) off.record('x', i) },
  offop(){ for(let i=0;i<N;i++) opOff.record(i) },
  offpair(){ for(let i=0;i<N;i++) off.endTimer('x', off.startTimer('x')) },
  inc(){ for(let i=0;i<N;i++) m.increment('x') },
  snap(){ for(let i=0;i<N/1e4;i++) m.snapshot() },
};
for (let r=0;r<6;r++) { const out=[]; for (const [k,f] of Object.entries(cases)) { const n=/now2|^pair|span/.test(k)?N/10:k==='snap'?N/1e4:N; const t=performance.now(); f(); out.push(k+' '+((performance.now()-t)*1e6/n).toFixed(2)); } console.log(out.join('  ')); }
