//! Pools on many threads and tasks: nothing is lost, nothing is lent twice, and who waits longest is served first.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use code_mesh_core::performance::ManualClock;
use code_mesh_core::performance::memory_pool::{
    BoundedPool, BufferPool, ObjectPool, PoolStats, Pooled, PooledBuffer,
};

#[path = "common/random.rs"]
mod random;
use random::Random;

/// An object that knows whether somebody holds it, and how many of its kind exist.
struct Token {
    held: AtomicBool,
    alive: Arc<AtomicUsize>,
}

impl Token {
    fn new(alive: &Arc<AtomicUsize>, most: usize) -> Self {
        let others = alive.fetch_add(1, Ordering::SeqCst);
        assert!(others < most, "{others} exist already");
        Self {
            held: AtomicBool::new(false),
            alive: alive.clone(),
        }
    }

    fn hold(&self) {
        assert!(!self.held.swap(true, Ordering::SeqCst), "lent twice");
    }

    fn let_go(&self) {
        self.held.store(false, Ordering::SeqCst);
    }
}

/// Takes a token out of its pool: from then on it counts no more, and another may be made.
fn take_out(mut lease: Pooled<'_, Token>) {
    std::mem::take(&mut lease.alive).fetch_sub(1, Ordering::SeqCst);
    drop(lease.detach());
}

impl Drop for Token {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::SeqCst);
    }
}

fn wait_until(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(60), "never came true");
        thread::yield_now();
    }
}

fn assert_conserved(stats: &PoolStats, alive: usize) {
    let accounted = stats.in_use + stats.idle + stats.detached + stats.discarded.total();
    assert_eq!(stats.created, accounted, "{stats:?}");
    assert_eq!(stats.in_use, 0);
    assert_eq!(stats.idle, alive as u64);
}

#[test]
fn threads_lose_no_object_and_share_none() {
    const THREADS: u64 = 6;
    const STEPS: u64 = 20_000;
    let alive = Arc::new(AtomicUsize::new(0));
    let made = alive.clone();
    let pool = Arc::new(ObjectPool::new(move || Token::new(&made, usize::MAX), 40));
    let detached = AtomicUsize::new(0);
    let poisoned = AtomicUsize::new(0);
    let (to_others, from_others) = mpsc::channel();
    thread::scope(|scope| {
        for seed in 1..=THREADS {
            println!("seed {seed}");
            let (pool, detached, poisoned) = (pool.clone(), &detached, &poisoned);
            let to_others = to_others.clone();
            scope.spawn(move || {
                let mut random = Random::new(seed);
                let mut held = Vec::new();
                for _ in 0..STEPS {
                    let lease = pool.get_owned();
                    lease.hold();
                    held.push(lease);
                    while held.len() > random.below(8) {
                        let lease = held.swap_remove(random.below(held.len()));
                        lease.let_go();
                        match random.below(2_000) {
                            0 => {
                                detached.fetch_add(1, Ordering::Relaxed);
                                take_out(lease);
                            }
                            1 => {
                                poisoned.fetch_add(1, Ordering::Relaxed);
                                let panicked = catch_unwind(AssertUnwindSafe(move || {
                                    let _held = lease;
                                    std::panic::resume_unwind(Box::new("on purpose"));
                                }));
                                assert!(panicked.is_err());
                            }
                            2..200 => to_others.send(lease).expect("somebody listens"),
                            _ => drop(lease),
                        }
                    }
                }
                held.iter().for_each(|lease| lease.let_go());
            });
        }
        drop(to_others);
        // Gives back what others leased.
        scope.spawn(move || from_others.into_iter().for_each(drop));
    });
    let stats = pool.stats();
    assert_conserved(&stats, alive.load(Ordering::SeqCst));
    assert_eq!(stats.leases, THREADS * STEPS);
    assert_eq!(stats.leases, stats.hits + stats.created);
    assert_eq!(stats.detached, detached.into_inner() as u64);
    assert_eq!(stats.discarded.poisoned, poisoned.into_inner() as u64);
    assert!(stats.idle <= 40);
}

#[test]
fn no_two_holders_get_the_same_buffer() {
    let pool = BufferPool::new();
    thread::scope(|scope| {
        for seed in 1..=6u8 {
            let pool = pool.clone();
            scope.spawn(move || {
                let mut random = Random::new(u64::from(seed));
                let mut held: Vec<PooledBuffer<'_>> = Vec::new();
                for _ in 0..5_000 {
                    let mut buffer = pool.get_with_capacity(64 << random.below(6));
                    assert!(buffer.is_empty());
                    let length = buffer.capacity();
                    buffer.resize(length, seed);
                    held.push(buffer);
                    if held.len() > random.below(6) {
                        let buffer = held.swap_remove(random.below(held.len()));
                        assert!(buffer.iter().all(|byte| *byte == seed), "written by others");
                        let shared = buffer.freeze();
                        let clone = shared.slice(10..);
                        drop(shared);
                        assert!(clone.iter().all(|byte| *byte == seed));
                    }
                }
            });
        }
    });
    let stats = pool.stats();
    assert_eq!((stats.leases, stats.in_use), (30_000, 0));
    assert_eq!(stats.created, stats.idle + stats.discarded.total());
}

fn bounded_tokens(total: usize, max_idle: usize) -> (Arc<BoundedPool<Token>>, Arc<AtomicUsize>) {
    let alive = Arc::new(AtomicUsize::new(0));
    let made = alive.clone();
    let pool = ObjectPool::new(move || Token::new(&made, total), max_idle).bounded(total);
    (Arc::new(pool), alive)
}

#[test]
fn who_waits_longest_is_served_first() {
    let (pool, _) = bounded_tokens(1, 1);
    let served = Mutex::new(Vec::new());
    thread::scope(|scope| {
        let held = pool.acquire(Duration::ZERO).expect("free");
        for number in 0..8 {
            let (pool, served) = (&pool, &served);
            scope.spawn(move || {
                let lease = pool
                    .acquire(Duration::from_secs(60))
                    .expect("its turn comes");
                served.lock().expect("whole").push(number);
                // Every other one leaves only its place to the next.
                if number % 2 == 0 {
                    take_out(lease);
                }
            });
            wait_until(|| pool.waiting() == number + 1);
        }
        drop(held);
    });
    assert_eq!(
        served.into_inner().expect("whole"),
        (0..8).collect::<Vec<_>>()
    );
    let stats = pool.stats();
    assert_eq!((stats.waits, stats.timed_out, stats.peak_in_use), (8, 0, 1));
    assert_eq!((stats.created, stats.detached), (5, 4));
}

#[test]
fn nobody_overtakes_who_waits() {
    let (pool, _) = bounded_tokens(1, 1);
    thread::scope(|scope| {
        let held = pool.acquire(Duration::ZERO).expect("free");
        let (go_on, may_go_on) = mpsc::channel::<()>();
        let waiting = &pool;
        let waiter = scope.spawn(move || {
            let lease = waiting
                .acquire(Duration::from_secs(60))
                .expect("its turn comes");
            may_go_on.recv().expect("told");
            drop(lease);
        });
        wait_until(|| pool.waiting() == 1);
        drop(held);
        // Whether or not the waiter has woken up: the object is its own.
        assert!(pool.acquire(Duration::ZERO).is_err());
        go_on.send(()).expect("it listens");
        waiter.join().expect("it ran");
    });
    assert!(pool.acquire(Duration::ZERO).is_ok());
}

#[test]
fn waiters_that_give_up_take_nothing_with_them() {
    for total in [1, 3] {
        for max_idle in [0, total] {
            let (pool, alive) = bounded_tokens(total, max_idle);
            let (served, in_vain) = (AtomicUsize::new(0), AtomicUsize::new(0));
            thread::scope(|scope| {
                for seed in 1..=8 {
                    let (pool, served, in_vain) = (&pool, &served, &in_vain);
                    scope.spawn(move || {
                        let mut random = Random::new(seed);
                        for _ in 0..1_500 {
                            // About as long as the others hold theirs, so that both ends meet.
                            let timeout = Duration::from_micros(random.below(60) as u64);
                            let Ok(lease) = pool.acquire(timeout) else {
                                in_vain.fetch_add(1, Ordering::Relaxed);
                                continue;
                            };
                            served.fetch_add(1, Ordering::Relaxed);
                            lease.hold();
                            (0..random.below(300)).for_each(|_| std::hint::spin_loop());
                            lease.let_go();
                            match random.below(10) {
                                0 => take_out(lease),
                                1 => drop(catch_unwind(AssertUnwindSafe(move || {
                                    let _held = lease;
                                    std::panic::resume_unwind(Box::new("on purpose"));
                                }))),
                                _ => drop(lease),
                            }
                        }
                    });
                }
            });
            let stats = pool.stats();
            assert_conserved(&stats, alive.load(Ordering::SeqCst));
            assert_eq!(stats.leases, served.into_inner() as u64);
            assert_eq!(stats.timed_out, in_vain.into_inner() as u64);
            assert!(stats.waits > 0 && stats.peak_in_use <= total as u64);
            assert_eq!(pool.waiting(), 0);
            // Every place is still there.
            let all: Vec<_> = (0..total).map(|_| pool.acquire(Duration::ZERO)).collect();
            assert!(all.iter().all(Result::is_ok));
        }
    }
}

#[test]
fn a_factory_that_panics_wakes_the_next_who_waits() {
    let calls = AtomicUsize::new(0);
    let make = move || {
        assert!(calls.fetch_add(1, Ordering::Relaxed) != 1, "on purpose");
        String::from("connection")
    };
    let pool = ObjectPool::new(make, 0).bounded(1);
    thread::scope(|scope| {
        let held = pool.acquire(Duration::ZERO).expect("free");
        let waiters: Vec<_> = (1..=2)
            .map(|number| {
                let waiter = scope.spawn(|| {
                    let acquire = || pool.acquire(Duration::from_secs(60)).is_ok();
                    catch_unwind(AssertUnwindSafe(acquire)).unwrap_or(false)
                });
                wait_until(|| pool.waiting() == number);
                waiter
            })
            .collect();
        // Leaves a place, with which the first makes one in vain.
        drop(held.detach());
        let served: Vec<_> = waiters
            .into_iter()
            .map(|it| it.join().expect("it ran"))
            .collect();
        assert_eq!(served, [false, true]);
    });
}

#[test]
fn waiting_is_counted_by_the_clock_and_deadlines_may_have_passed() {
    let clock = Arc::new(ManualClock::new());
    let pool = ObjectPool::new(|| (), 1).bounded_with_clock(1, clock.clone());
    thread::scope(|scope| {
        let held = pool.acquire(Duration::ZERO).expect("free");
        assert!(pool.acquire_until(Instant::now()).is_err());
        assert_eq!((pool.stats().waits, pool.stats().timed_out), (0, 1));
        scope.spawn(|| {
            let deadline = Instant::now() + Duration::from_secs(60);
            drop(pool.acquire_until(deadline).expect("its turn comes"));
        });
        wait_until(|| pool.waiting() == 1);
        clock.advance(Duration::from_secs(3));
        drop(held);
    });
    let stats = pool.stats();
    assert_eq!((stats.waits, stats.wait_time), (1, Duration::from_secs(3)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tasks_hold_leases_across_await() {
    let alive = Arc::new(AtomicUsize::new(0));
    let made = alive.clone();
    let pool = Arc::new(ObjectPool::new(move || Token::new(&made, 100), 100));
    let buffers = BufferPool::new();
    let tasks: Vec<_> = (0..100u8)
        .map(|number| {
            let (pool, buffers) = (pool.clone(), buffers.clone());
            tokio::spawn(async move {
                for _ in 0..50 {
                    let token = pool.get_owned();
                    token.hold();
                    let mut buffer = buffers.get_owned_with_capacity(1_000);
                    buffer.push(number);
                    tokio::task::yield_now().await;
                    assert_eq!(**buffer, [number]);
                    token.let_go();
                }
            })
        })
        .collect();
    let mut done = HashSet::new();
    for (number, task) in tasks.into_iter().enumerate() {
        task.await.expect("it ran");
        done.insert(number);
    }
    assert_eq!(done.len(), 100);
    assert_conserved(&pool.stats(), alive.load(Ordering::SeqCst));
    assert_eq!(
        (pool.stats().leases, buffers.stats().leases),
        (5_000, 5_000)
    );
    assert_eq!(buffers.stats().in_use, 0);
}
