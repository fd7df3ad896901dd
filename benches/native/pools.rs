//! Lease and return of objects and buffers, beside another pool and beside plain allocation, on one thread and on two:
//! `cargo bench --bench pools`. With two threads the time is that of one lease while the other thread does the same.

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::hint::black_box;
    use std::sync::Barrier;
    use std::thread;
    use std::time::{Duration, Instant};

    use code_mesh_core::performance::memory_pool::{
        BufferPool, BufferPoolConfig, ObjectPool, OnReturn,
    };
    use criterion::{BenchmarkId, Criterion, criterion_group};

    const OBJECT_BYTES: usize = 1_024;
    const BUFFER_BYTES: usize = 8_192;

    struct Objects;

    impl opool::PoolAllocator<Vec<u8>> for Objects {
        fn allocate(&self) -> Vec<u8> {
            Vec::with_capacity(OBJECT_BYTES)
        }
    }

    struct Buffers;

    impl opool::PoolAllocator<Vec<u8>> for Buffers {
        fn reset(&self, buffer: &mut Vec<u8>) {
            buffer.clear();
        }

        fn allocate(&self) -> Vec<u8> {
            Vec::with_capacity(BUFFER_BYTES)
        }
    }

    /// The time of `iterations` on each of so many threads at once.
    fn on_threads(threads: usize, iterations: u64, work: impl Fn() + Sync) -> Duration {
        let start = Barrier::new(threads);
        let run = || {
            start.wait();
            let begun = Instant::now();
            (0..iterations).for_each(|_| work());
            begun.elapsed()
        };
        thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
            let own = run();
            let ends = others
                .into_iter()
                .map(|other| other.join().expect("it ran"));
            ends.fold(own, Duration::max)
        })
    }

    fn measure(criterion: &mut Criterion, group: &str, works: &[(&str, &(dyn Fn() + Sync))]) {
        let mut group = criterion.benchmark_group(group);
        group
            .sample_size(30)
            .warm_up_time(Duration::from_millis(500))
            .measurement_time(Duration::from_secs(2));
        for threads in [1, 2] {
            for (name, work) in works {
                let id = BenchmarkId::new(*name, format!("{threads} threads"));
                group.bench_function(id, |bencher| {
                    bencher.iter_custom(|iterations| on_threads(threads, iterations, work));
                });
            }
        }
        group.finish();
    }

    fn objects(criterion: &mut Criterion) {
        let ours = ObjectPool::new(|| Vec::<u8>::with_capacity(OBJECT_BYTES), 100);
        let opool = opool::Pool::new(100, Objects);
        measure(
            criterion,
            "object-lease",
            &[
                ("ours", &|| {
                    let mut object = ours.get();
                    object.clear();
                    object.push(black_box(1));
                    black_box(&*object);
                }),
                ("opool", &|| {
                    let mut object = opool.get();
                    object.clear();
                    object.push(black_box(1));
                    black_box(&*object);
                }),
                ("allocated", &|| {
                    let mut object = Vec::<u8>::with_capacity(OBJECT_BYTES);
                    object.push(black_box(1));
                    black_box(&object);
                }),
            ],
        );
    }

    fn buffers(criterion: &mut Criterion) {
        let ours = BufferPool::new();
        let zeroing = BufferPool::with_config(BufferPoolConfig {
            on_return: OnReturn::Zero,
            ..BufferPoolConfig::default()
        });
        let opool = opool::Pool::new(100, Buffers);
        measure(
            criterion,
            "buffer-lease",
            &[
                ("ours", &|| {
                    let mut buffer = ours.get_with_capacity(BUFFER_BYTES);
                    buffer.push(black_box(1));
                    black_box(&*buffer);
                }),
                ("ours, zeroed on return", &|| {
                    let mut buffer = zeroing.get_with_capacity(BUFFER_BYTES);
                    buffer.push(black_box(1));
                    black_box(&*buffer);
                }),
                ("opool", &|| {
                    let mut buffer = opool.get();
                    buffer.push(black_box(1));
                    black_box(&*buffer);
                }),
                ("Vec::with_capacity", &|| {
                    let mut buffer = Vec::<u8>::with_capacity(BUFFER_BYTES);
                    buffer.push(black_box(1));
                    black_box(&buffer);
                }),
                ("vec![0; 8192]", &|| {
                    let mut buffer = vec![0u8; BUFFER_BYTES];
                    buffer[0] = black_box(1);
                    black_box(&buffer);
                }),
            ],
        );
    }

    criterion_group!(benches, objects, buffers);
}

#[cfg(not(target_arch = "wasm32"))]
criterion::criterion_main!(native::benches);

#[cfg(target_arch = "wasm32")]
fn main() {}
