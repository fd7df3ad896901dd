//! Buffers, strings and names: shared or moved, never copied, and within their bounds.
#![cfg(not(target_arch = "wasm32"))]

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use code_mesh_core::performance::memory_pool::{
    BufferPool, BufferPoolConfig, Interner, InternerConfig, OnReturn, SharedBytes, StringPool,
};

#[path = "common/random.rs"]
mod random;
use random::Random;

#[test]
fn a_buffer_is_empty_and_holds_what_was_asked_for() {
    let pool = BufferPool::new();
    for capacity in [
        0,
        1,
        63,
        64,
        65,
        4_096,
        8_192,
        8_193,
        1 << 20,
        (1 << 20) + 1,
    ] {
        for _ in 0..2 {
            let mut buffer = pool.get_with_capacity(capacity);
            assert!(buffer.is_empty() && buffer.capacity() >= capacity);
            buffer.extend_from_slice(b"left over");
        }
    }
    let stats = pool.stats();
    assert_eq!(stats.discarded.unfit, 2, "beyond 1 MiB");
    assert_eq!((stats.leases, stats.in_use, stats.peak_in_use), (20, 0, 1));
}

/// Counts the copies of a payload on its way: bytes that were not copied lie where they lay.
#[test]
fn bytes_are_moved_and_shared_and_not_copied() {
    let pool = BufferPool::new();
    let mut buffer = pool.get_with_capacity(8_192);
    buffer.extend_from_slice(&[7; 5_000]);
    let place = buffer.as_ptr() as usize;
    let mut copies = 0;
    let mut step = |bytes: &[u8], offset: usize| {
        copies += usize::from(bytes.as_ptr() as usize != place + offset);
    };
    let all = buffer.freeze();
    step(&all, 0);
    let part = all.slice(1_000..=1_999);
    step(&part, 1_000);
    let tail = part.slice(500..);
    step(&tail, 1_500);
    assert_eq!(
        (part.len(), tail.len(), all.slice(..0).len()),
        (1_000, 500, 0)
    );
    let clone = tail.clone();
    step(&clone, 1_500);
    assert!(clone == tail && clone.as_ref() == [7; 500]);
    drop((all, part, tail));
    assert_eq!((pool.stats().in_use, pool.stats().idle), (1, 0));
    drop(clone);
    assert_eq!((pool.stats().in_use, pool.stats().idle), (0, 1));
    let mut again = pool.get_with_capacity(8_192);
    again.push(1);
    step(&again, 0);
    let own = again.detach();
    step(&own, 0);
    let of_no_pool = SharedBytes::from(own);
    step(&of_no_pool, 0);
    assert_eq!(copies, 0);
    let stats = pool.stats();
    assert_eq!((stats.created, stats.detached, stats.in_use), (1, 1, 0));
}

#[test]
fn a_slice_out_of_range_panics_as_slices_do() {
    let bytes = SharedBytes::from(vec![0; 10]);
    for work in [
        |bytes: &SharedBytes| bytes.slice(5..11),
        |bytes: &SharedBytes| bytes.slice(11..),
    ] {
        assert!(catch_unwind(AssertUnwindSafe(|| work(&bytes))).is_err());
    }
    let part = bytes.slice(5..);
    assert!(
        catch_unwind(AssertUnwindSafe(|| part.slice(..6))).is_err(),
        "within the part"
    );
}

#[test]
fn shared_bytes_outlive_their_pool_and_cross_threads() {
    let pool = BufferPool::new();
    let mut buffer = pool.get_owned_with_capacity(100);
    buffer.extend_from_slice(b"data");
    let bytes = buffer.freeze();
    drop(pool);
    let sums = [bytes.clone(), bytes.slice(..2)].map(|part| {
        std::thread::spawn(move || part.iter().map(|byte| u32::from(*byte)).sum::<u32>())
    });
    let [all, two] = sums.map(|sum| sum.join().expect("it ran"));
    assert_eq!((all, two), (410, 197));
}

#[test]
fn a_buffer_that_grew_serves_larger_requests() {
    let pool = BufferPool::new();
    let mut buffer = pool.get_with_capacity(64);
    buffer.resize(100_000, 0);
    let place = buffer.as_ptr();
    drop(buffer);
    let kept = pool.bytes_by_class().find(|(_, bytes)| *bytes > 0);
    assert_eq!(kept.map(|(size, _)| size), Some(65_536));
    assert_eq!(pool.get_with_capacity(65_536).as_ptr(), place);
    assert_eq!(
        pool.get_with_capacity(8_192).as_ptr(),
        place,
        "8 times larger"
    );
    assert_ne!(
        pool.get_with_capacity(8_191 / 2).as_ptr(),
        place,
        "too large to be wasted"
    );
}

#[test]
fn a_buffer_that_was_taken_out_of_its_guard_is_counted() {
    let pool = BufferPool::new();
    let taken = std::mem::take(&mut *pool.get_with_capacity(100));
    assert!(taken.capacity() >= 100);
    assert_eq!((pool.stats().discarded.unfit, pool.stats().idle), (1, 0));
}

#[test]
fn a_panic_does_not_cost_a_buffer() {
    let pool = BufferPool::new();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let mut buffer = pool.get_with_capacity(100);
        buffer.push(1);
        panic!("on purpose");
    }));
    assert!(panicked.is_err());
    let buffer = pool.get_with_capacity(100);
    assert!(buffer.is_empty());
    assert_eq!(pool.stats().hits, 1);
}

#[test]
fn zeroing_reaches_the_whole_capacity_in_place() {
    let pool = BufferPool::with_config(BufferPoolConfig {
        on_return: OnReturn::Zero,
        ..BufferPoolConfig::default()
    });
    let mut buffer = pool.get_with_capacity(1_000);
    let capacity = buffer.capacity();
    buffer.resize(capacity, 0xAA);
    buffer.truncate(10);
    let place = buffer.as_ptr();
    drop(buffer);
    let mut again = pool.get_with_capacity(1_000);
    assert_eq!((again.as_ptr(), again.capacity()), (place, capacity));
    assert_eq!(left_in(&mut again), vec![0; capacity]);
}

#[expect(
    unsafe_code,
    reason = "what lies behind the length of a buffer cannot be read otherwise"
)]
fn left_in(buffer: &mut Vec<u8>) -> Vec<u8> {
    // SAFETY: the test filled the whole capacity before, so every byte of it is initialised.
    unsafe { buffer.set_len(buffer.capacity()) };
    buffer.clone()
}

#[test]
fn bounds_in_bytes_hold_always() {
    for seed in 1..=10 {
        println!("seed {seed}");
        let mut random = Random::new(seed);
        let config = BufferPoolConfig {
            max_bytes: 1 << (12 + random.below(12)),
            max_bytes_per_class: 1 << (12 + random.below(12)),
            on_return: OnReturn::Keep,
        };
        let pool = BufferPool::with_config(config);
        let mut lent = Vec::new();
        for _ in 0..3_000 {
            match random.below(5) {
                0..2 => {
                    let capacity = 1usize << random.below(22);
                    let mut buffer = pool.get_with_capacity(capacity);
                    assert!(buffer.is_empty() && buffer.capacity() >= capacity);
                    // Capacities that no class has.
                    buffer.reserve_exact(capacity + random.below(1_000));
                    lent.push(buffer);
                }
                _ if lent.is_empty() => {}
                2 if random.below(20) == 0 => {
                    let _own = lent.swap_remove(random.below(lent.len())).detach();
                }
                _ => drop(lent.swap_remove(random.below(lent.len()))),
            }
            let stats = pool.stats();
            let by_class: Vec<u64> = pool.bytes_by_class().map(|(_, bytes)| bytes).collect();
            assert_eq!(by_class.iter().sum::<u64>(), stats.bytes_retained);
            assert!(stats.bytes_retained <= config.max_bytes as u64);
            assert!(
                by_class
                    .iter()
                    .all(|bytes| *bytes <= config.max_bytes_per_class as u64)
            );
            assert_eq!(stats.in_use, lent.len() as u64);
            let accounted = stats.in_use + stats.idle + stats.detached + stats.discarded.total();
            assert_eq!(stats.created, accounted);
        }
        drop(lent);
        pool.clear();
        let stats = pool.stats();
        assert_eq!((stats.idle, stats.bytes_retained, stats.in_use), (0, 0, 0));
    }
}

#[test]
fn all_that_fits_is_kept_though_one_thread_gives_it_back() {
    let pool = BufferPool::new();
    let lent: Vec<_> = (0..2_000).map(|_| pool.get_with_capacity(8_192)).collect();
    drop(lent);
    let stats = pool.stats();
    assert_eq!((stats.bytes_retained, stats.idle), (8 << 20, 1_024));
    let again: Vec<_> = (0..1_024).map(|_| pool.get_with_capacity(8_192)).collect();
    assert_eq!(pool.stats().hits, 1_024);
    drop(again);
}

#[test]
fn strings_keep_their_memory() -> std::fmt::Result {
    let pool = StringPool::new();
    let mut line = pool.get();
    write!(line, "{}", "long ".repeat(1_000))?;
    let place = line.as_ptr();
    drop(line);
    let line = pool.get();
    assert!(line.is_empty() && line.as_ptr() == place);
    let own = line.detach();
    assert_eq!((own.as_ptr(), pool.stats().detached), (place, 1));
    assert!(pool.get_with_capacity(10_000).capacity() >= 10_000);
    Ok(())
}

#[test]
fn equal_names_share_their_memory_until_they_are_asked_for_longest_ago() {
    let names = Interner::with_config(InternerConfig {
        max_entries: 2,
        max_string_bytes: 5,
    });
    let first = names.intern("first");
    let _other = names.intern("other");
    assert!(Arc::ptr_eq(&first, &names.intern("first")));
    let _third = names.intern("third");
    assert!(
        Arc::ptr_eq(&first, &names.intern("first")),
        "used after `other`"
    );
    let other = names.intern("other");
    assert!(!Arc::ptr_eq(
        &names.intern("longer"),
        &names.intern("longer")
    ));
    assert_eq!(&*other, "other");
    let stats = names.stats();
    assert_eq!((stats.hits, stats.misses, stats.evicted), (2, 6, 2));
    assert_eq!((stats.too_long, stats.entries, stats.bytes), (2, 2, 10));
}

#[test]
fn an_interner_is_plain_lru() {
    for seed in 1..=10 {
        println!("seed {seed}");
        let mut random = Random::new(seed);
        let max_entries = random.below(20);
        let names = Interner::with_config(InternerConfig {
            max_entries,
            max_string_bytes: 3,
        });
        // The one asked for last at the end.
        let mut model: Vec<Arc<str>> = Vec::new();
        for _ in 0..5_000 {
            let text = format!("{}", random.below(40) * random.below(60));
            let got = names.intern(&text);
            assert_eq!(*got, *text);
            let known = model.iter().position(|kept| **kept == *text);
            assert_eq!(
                known.is_some(),
                known.is_some_and(|at| Arc::ptr_eq(&model[at], &got))
            );
            if let Some(at) = known {
                model.remove(at);
            }
            if text.len() <= 3 && max_entries > 0 {
                model.push(got);
                if model.len() > max_entries {
                    model.remove(0);
                }
            }
            let stats = names.stats();
            assert_eq!(stats.entries, model.len() as u64);
            assert_eq!(
                stats.bytes,
                model.iter().map(|kept| kept.len() as u64).sum::<u64>()
            );
        }
    }
}
