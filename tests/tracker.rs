//! Guards: on many threads, nested, across await, and never finished.
#![cfg(not(target_arch = "wasm32"))]

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use code_mesh_core::performance::{
    ManualClock, MetricsCollector, PerformanceTracker, WasmPerformanceMonitor,
};

#[test]
fn eight_threads_lose_nothing() {
    const PER_THREAD: u64 = 20_000;
    let tracker = PerformanceTracker::new();
    let operation = tracker.collector().operation("work");
    thread::scope(|scope| {
        for thread in 0..8u64 {
            let (tracker, operation) = (&tracker, operation.clone());
            scope.spawn(move || {
                for i in 0..PER_THREAD {
                    operation.record_ms((thread * PER_THREAD + i) as f64);
                    match i % 4 {
                        0 => tracker.start_operation("guard").finish(),
                        1 => tracker.start_operation("guard").fail(),
                        2 => drop(tracker.start_operation("guard")),
                        _ => tracker.collector().counter("steps").increment(1.0),
                    }
                    if i % 5_000 == 0 {
                        let snapshot = tracker.collector().snapshot();
                        assert!(snapshot.operations["work"].count <= 8 * PER_THREAD);
                    }
                }
            });
        }
    });
    let snapshot = tracker.collector().snapshot();
    let all = 8 * PER_THREAD;
    let work = &snapshot.operations["work"];
    assert_eq!(
        (work.count, work.sum, work.min, work.max),
        (all, (all * (all - 1) / 2) as f64, 0.0, (all - 1) as f64)
    );
    let guard = &snapshot.operations["guard"];
    assert_eq!(
        (guard.count, guard.errors, guard.aborted),
        (all / 4 * 3, all / 4, all / 4)
    );
    assert_eq!(snapshot.counters["steps"], (all / 4) as f64);
    assert_eq!((snapshot.rejected, snapshot.dropped), (0, 0));
}

#[test]
fn many_threads_that_intern_the_same_names_get_the_same_series() {
    let collector = MetricsCollector::new();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                (0..500).for_each(|i| collector.operation(format!("op-{i}")).record_ms(1.0))
            });
        }
    });
    let snapshot = collector.snapshot();
    assert_eq!(snapshot.operations.len(), 500);
    assert!(snapshot.operations.values().all(|series| series.count == 8));
}

#[test]
fn a_guard_that_is_never_finished_counts_as_aborted() {
    let clock = Arc::new(ManualClock::new());
    let tracker = PerformanceTracker::with_collector(MetricsCollector::with_clock(clock.clone()));
    fn early_return(tracker: &PerformanceTracker, clock: &ManualClock) -> Option<()> {
        let operation = tracker.start_operation("early");
        clock.advance(Duration::from_millis(5));
        None?;
        operation.finish();
        Some(())
    }
    assert_eq!(early_return(&tracker, &clock), None);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _operation = tracker.start_operation("early");
        panic!("on purpose");
    }));
    assert!(panicked.is_err());
    let snapshot = tracker.collector().snapshot();
    let early = &snapshot.operations["early"];
    assert_eq!(
        (early.count, early.aborted, early.errors, early.max),
        (2, 2, 0, 5.0)
    );
}

#[test]
fn guards_nest() {
    let clock = Arc::new(ManualClock::new());
    let tracker = PerformanceTracker::with_collector(MetricsCollector::with_clock(clock.clone()));
    let outer = tracker.start_operation("outer");
    clock.advance(Duration::from_millis(1));
    for _ in 0..3 {
        let inner = tracker.start_operation("inner");
        clock.advance(Duration::from_millis(2));
        assert_eq!(inner.elapsed(), Duration::from_millis(2));
        inner.finish();
    }
    outer.finish();
    let snapshot = tracker.collector().snapshot();
    assert_eq!(
        (
            snapshot.operations["outer"].sum,
            snapshot.operations["inner"].sum
        ),
        (7.0, 6.0)
    );
}

#[test]
fn a_guard_is_held_across_await_and_moves_between_threads() {
    struct Yield(bool);
    impl Future for Yield {
        type Output = ();
        fn poll(mut self: std::pin::Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
            context.waker().wake_by_ref();
            if std::mem::replace(&mut self.0, true) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        }
    }
    fn block_on<T>(future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        let waker = Waker::noop();
        loop {
            if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(waker)) {
                return value;
            }
        }
    }
    let tracker = PerformanceTracker::new();
    let operation = tracker.start_operation("await");
    let elsewhere = thread::spawn(move || {
        block_on(async move {
            Yield(false).await;
            operation.finish();
        });
    });
    elsewhere.join().unwrap();
    // A future that is dropped half-way is an operation that was given up.
    let mut cancelled = Box::pin(async {
        let operation = tracker.start_operation("await");
        Yield(false).await;
        operation.finish();
    });
    let waker = Waker::noop();
    assert!(
        cancelled
            .as_mut()
            .poll(&mut Context::from_waker(waker))
            .is_pending()
    );
    drop(cancelled);
    let snapshot = tracker.collector().snapshot();
    assert_eq!(
        (
            snapshot.operations["await"].count,
            snapshot.operations["await"].aborted
        ),
        (2, 1)
    );
}

#[test]
fn the_global_tracker_and_the_monitor_have_the_documented_calls() {
    let operation = PerformanceTracker::global().start_operation("file_processing");
    operation.finish();
    assert!(
        PerformanceTracker::global()
            .collector()
            .snapshot()
            .operations["file_processing"]
            .count
            >= 1
    );

    let monitor = WasmPerformanceMonitor::new();
    let timer = monitor.start_timer("operation");
    monitor.end_timer("operation", timer);
    monitor.record("operation", 2.0);
    monitor.increment("calls", 1.0);
    monitor.gauge("level", 4.0);
    let snapshot = monitor.snapshot();
    assert_eq!(snapshot.operations["operation"].count, 2);
    assert_eq!(
        (snapshot.counters["calls"], snapshot.gauges["level"]),
        (1.0, 4.0)
    );
    assert_eq!(monitor.quantile("operation", 1.0).unwrap(), Some(2.0));
    assert!(snapshot.clock.resolution > 0.0 && snapshot.clock.resolution < 100.0);
}
