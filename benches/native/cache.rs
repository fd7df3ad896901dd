//! A hit, and a put that evicts, in caches of 10,000 entries with one and two threads: ours (time to live on, as by
//! default), moka (time to live on), quick_cache and `lru` behind a lock (both without). A figure is the time of one
//! operation as a thread sees it; with two threads both work at once.
//!
//! `cargo bench --bench cache`

#[cfg(not(target_arch = "wasm32"))]
mod measured {
    use std::num::NonZeroUsize;
    use std::sync::{Barrier, Mutex};
    use std::thread;
    use std::time::{Duration, Instant};

    use code_mesh_core::performance::cache::{CacheConfig, MultiLevelCache};
    use criterion::Criterion;

    const ENTRIES: usize = 10_000;
    const TTL: Duration = Duration::from_secs(300);

    /// Operations are drawn from so many keys when each put is to evict.
    const MANY_KEYS: usize = 16 * ENTRIES;

    trait Cache: Sync {
        fn get(&self, key: &str) -> Option<u64>;
        fn put(&self, key: String, value: u64);
    }

    impl Cache for MultiLevelCache<String, u64> {
        fn get(&self, key: &str) -> Option<u64> {
            MultiLevelCache::get(self, key)
        }

        fn put(&self, key: String, value: u64) {
            MultiLevelCache::put(self, key, value);
        }
    }

    impl Cache for moka::sync::Cache<String, u64> {
        fn get(&self, key: &str) -> Option<u64> {
            moka::sync::Cache::get(self, key)
        }

        fn put(&self, key: String, value: u64) {
            self.insert(key, value);
        }
    }

    impl Cache for quick_cache::sync::Cache<String, u64> {
        fn get(&self, key: &str) -> Option<u64> {
            quick_cache::sync::Cache::get(self, key)
        }

        fn put(&self, key: String, value: u64) {
            self.insert(key, value);
        }
    }

    impl Cache for Mutex<lru::LruCache<String, u64>> {
        fn get(&self, key: &str) -> Option<u64> {
            self.lock().expect("no panic").get(key).copied()
        }

        fn put(&self, key: String, value: u64) {
            self.lock().expect("no panic").put(key, value);
        }
    }

    fn caches() -> Vec<(&'static str, Box<dyn Cache>)> {
        let config = CacheConfig {
            l1_size: ENTRIES / 10,
            l2_size: ENTRIES - ENTRIES / 10,
            default_ttl: TTL,
        };
        let moka = moka::sync::Cache::builder()
            .max_capacity(ENTRIES as u64)
            .time_to_live(TTL)
            .build();
        let size = NonZeroUsize::new(ENTRIES).expect("not 0");
        vec![
            ("ours", Box::new(MultiLevelCache::new(config))),
            ("moka", Box::new(moka)),
            (
                "quick_cache",
                Box::new(quick_cache::sync::Cache::new(ENTRIES)),
            ),
            (
                "lru + Mutex",
                Box::new(Mutex::new(lru::LruCache::new(size))),
            ),
        ]
    }

    fn key(number: usize) -> String {
        format!("key {number:012}")
    }

    /// Small numbers far more often than large ones; the same for all.
    fn requests(bound: usize) -> Vec<usize> {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut below = |bound: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as usize % bound
        };
        (0..1 << 16)
            .map(|_| {
                let within = 1 + below(bound);
                below(within)
            })
            .collect()
    }

    /// How long `operations` take in each of so many threads at once.
    fn time(threads: usize, operations: u64, operation: impl Fn(usize) + Sync) -> Duration {
        let barrier = Barrier::new(threads + 1);
        thread::scope(|scope| {
            for thread in 0..threads {
                let (barrier, operation) = (&barrier, &operation);
                scope.spawn(move || {
                    barrier.wait();
                    for step in 0..operations as usize {
                        operation(step + thread * 31_337);
                    }
                    barrier.wait();
                });
            }
            barrier.wait();
            let start = Instant::now();
            barrier.wait();
            start.elapsed()
        })
    }

    pub(crate) fn all(criterion: &mut Criterion) {
        for threads in [1, 2] {
            let mut group = criterion.benchmark_group(format!("cache-get, {threads} threads"));
            for (name, cache) in caches() {
                // Half of what there is room for, so that parts of a cache that are fuller than others lose nothing.
                let keys: Vec<String> = (0..ENTRIES / 2).map(key).collect();
                keys.iter().for_each(|key| cache.put(key.clone(), 1));
                let requests = requests(keys.len());
                group.bench_function(name, |bencher| {
                    bencher.iter_custom(|operations| {
                        time(threads, operations, |step| {
                            let request = requests[step % requests.len()];
                            assert!(cache.get(&keys[request]).is_some());
                        })
                    });
                });
            }
            group.finish();
            let mut group =
                criterion.benchmark_group(format!("cache-set-evict, {threads} threads"));
            for (name, cache) in caches() {
                let keys: Vec<String> = (0..MANY_KEYS).map(key).collect();
                keys.iter().for_each(|key| cache.put(key.clone(), 1));
                group.bench_function(name, |bencher| {
                    bencher.iter_custom(|operations| {
                        time(threads, operations, |step| {
                            cache.put(keys[step.wrapping_mul(7_919) % MANY_KEYS].clone(), 2);
                        })
                    });
                });
            }
            group.finish();
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    let mut criterion = criterion::Criterion::default()
        .warm_up_time(std::time::Duration::from_millis(500))
        .measurement_time(std::time::Duration::from_secs(2))
        .configure_from_args();
    measured::all(&mut criterion);
    criterion.final_summary();
}

#[cfg(target_arch = "wasm32")]
fn main() {}
