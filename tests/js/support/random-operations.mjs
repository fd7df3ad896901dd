// The same random operations as tests/common/random_operations.rs draws from the same seed.
import { MetricsCollector, PerformanceTracker } from '@code-mesh/perf';

/** Mulberry32, by Tommy Ettinger (public domain). */
export class Random {
	constructor(seed) {
		this.state = seed;
	}

	next() {
		this.state = (this.state + 0x6d2b79f5) >>> 0;
		let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return (t ^ (t >>> 14)) >>> 0;
	}

	below(end) {
		return this.next() % end;
	}

	/** An integer times a power of two: the same double in every language. */
	value() {
		const mantissa = this.below(1_000_000) + 1;
		return mantissa * 2 ** (this.below(40) - 30);
	}
}

/** A clock that moves by hand, in place of the platform's, until it is put back. */
export class ManualClock {
	#now = performance.now.bind(performance);
	#origin = performance.timeOrigin;
	#date = Date.now;
	/** So that an operation of 2 s can have begun before the first step. */
	ms = 10_000;

	constructor() {
		Date.now = () => this.ms;
		Object.defineProperty(performance, 'now', { value: () => this.ms, configurable: true, writable: true });
		Object.defineProperty(performance, 'timeOrigin', { value: 0, configurable: true });
	}

	restore() {
		Date.now = this.#date;
		Object.defineProperty(performance, 'now', { value: this.#now, configurable: true, writable: true });
		Object.defineProperty(performance, 'timeOrigin', { value: this.#origin, configurable: true });
	}
}

/** Does one random operation; what is recorded without a time gets that of the step, as natively. */
export function step(monitor, clock, random) {
	act(monitor, clock, random);
	monitor.flush();
}

function act(monitor, clock, random) {
	const name = `operation-${random.below(4)}`;
	switch (random.below(12)) {
		case 0:
		case 1:
			return monitor.record(name, random.value());
		case 2: {
			const tool = ['read', 'write', '"odd"\n'][random.below(3)];
			return monitor.operation(name, { tool }).record(random.value());
		}
		case 3:
			return monitor.operation('windowed', undefined, { window: 6000, slices: 6 }).record(random.value());
		case 4: {
			const ms = random.below(2000);
			const failed = random.below(2) === 0;
			return endAfter(monitor, clock, name, ms, failed);
		}
		case 5: {
			const ms = random.below(100_000);
			return monitor.operation(name).recordWithExpectedInterval(ms, random.below(1000) + 1);
		}
		case 6:
			return monitor.increment('counted', random.below(1000));
		case 7:
			return monitor.increment('measured', random.value());
		case 8:
			return monitor.gauge('level', random.value() - 1000);
		case 9:
			return new MetricsCollector(monitor)
				.histogram('size', undefined, { unit: 'bytes' })
				.record(random.value() * 1024);
		case 10: {
			const garbage = [Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 5e-324, Number.MAX_VALUE][random.below(6)];
			return monitor.record(name, garbage);
		}
		default:
			clock.ms += random.below(700);
	}
}

/** An operation that ends now, begun `ms` ago, with an error or given up. */
function endAfter(monitor, clock, name, ms, failed) {
	const now = clock.ms;
	clock.ms = now - ms;
	const span = new PerformanceTracker(monitor).startOperation(name);
	clock.ms = now;
	if (failed) {
		span.fail();
	} else {
		span[Symbol.dispose ?? Symbol.for('Symbol.dispose')]();
	}
}
