//! Weights, bytes and compression: bounds that hold after every single operation.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/cache.rs"]
mod common;

use std::time::Duration;

use code_mesh_core::performance::cache::{
    CacheConfig, Codec, CodecError, MultiLevelCache, PlainCodec, compress, decompress,
};
use common::{Random, seeds};

const CONFIG: CacheConfig = CacheConfig {
    l1_size: 40,
    l2_size: 160,
    default_ttl: Duration::MAX,
};

type Cache = MultiLevelCache<u64, Vec<u8>>;

/// Text that compresses, or noise that does not.
fn value(random: &mut Random, length: usize) -> Vec<u8> {
    if random.below(2) == 0 {
        b"{\"role\":\"assistant\",\"content\":\"".repeat(length / 30 + 1)[..length].to_vec()
    } else {
        (0..length).map(|_| random.next() as u8).collect()
    }
}

#[test]
fn weights_never_exceed_their_bounds_and_fill_them() {
    for seed in seeds(8) {
        for with_codec in [false, true] {
            let (l1_bytes, l2_bytes) = (20_000, 60_000);
            let mut builder = Cache::builder(CONFIG)
                .weigher(|_, value| value.len() as u32)
                .l1_bytes(l1_bytes)
                .l2_bytes(l2_bytes);
            if with_codec {
                builder = builder.codec(PlainCodec);
            }
            let cache = builder.build();
            let mut random = Random(seed);
            let mut most = 0;
            for _ in 0..3_000 {
                let key = random.skewed(2_000);
                if let Some(value) = cache.get(&key) {
                    assert!(!value.is_empty());
                } else {
                    let length = 1 + random.skewed(3_000) as usize;
                    cache.put(key, value(&mut random, length));
                }
                let stats = cache.stats();
                assert!(stats.l1.bytes <= l1_bytes, "{stats:?}");
                assert!(stats.l2.bytes <= l2_bytes, "{stats:?}");
                assert!(
                    stats.l1.entries <= 40 && stats.l2.entries <= 160,
                    "{stats:?}"
                );
                most = most.max(stats.l1.bytes + stats.l2.bytes);
            }
            let stats = cache.stats();
            assert!(
                most * 100 >= (l1_bytes + l2_bytes) * 80,
                "seed {seed}: at most {most} bytes"
            );
            assert!(stats.evictions.weight + stats.evictions.size > 0);
            assert_eq!(stats.codec_failures, 0);
        }
    }
}

#[test]
fn each_level_may_be_bound_alone() {
    for bounds in [
        (Some(5_000), None),
        (None, Some(5_000)),
        (Some(0), Some(900)),
    ] {
        let mut builder = Cache::builder(CONFIG).weigher(|_, value| value.len() as u32);
        if let Some(bytes) = bounds.0 {
            builder = builder.l1_bytes(bytes);
        }
        if let Some(bytes) = bounds.1 {
            builder = builder.l2_bytes(bytes);
        }
        let cache = builder.build();
        let mut random = Random(3);
        for key in 0..2_000 {
            cache.put(key, vec![0; random.below(900) as usize]);
            cache.get(&random.below(key + 1));
            let stats = cache.stats();
            assert!(
                bounds.0.is_none_or(|bytes| stats.l1.bytes <= bytes),
                "{stats:?}"
            );
            assert!(
                bounds.1.is_none_or(|bytes| stats.l2.bytes <= bytes),
                "{stats:?}"
            );
            assert!(
                stats.l1.entries <= 40 && stats.l2.entries <= 160,
                "{stats:?}"
            );
        }
        assert!(cache.len() > 1);
    }
}

#[test]
fn what_is_too_heavy_is_refused_and_takes_the_old_value_along() {
    let cache = Cache::builder(CONFIG)
        .weigher(|_, value| value.len() as u32)
        .l1_bytes(100)
        .l2_bytes(1_000)
        .build();
    cache.put(1, vec![1; 50]);
    cache.put(2, vec![2; 500]);
    assert_eq!(
        cache.stats().l1.bytes,
        50,
        "too heavy for the hot level alone"
    );
    assert_eq!(cache.get(&2).map(|value| value.len()), Some(500));
    cache.put(1, vec![1; 1_001]);
    assert_eq!((cache.get(&1), cache.stats().refused), (None, 1));
    assert!(cache.has(&2));
}

#[test]
fn bytes_come_back_as_they_were_and_are_smaller_meanwhile() {
    let cache = Cache::builder(CONFIG).codec(PlainCodec).build();
    let body = |key: u64| {
        format!(
            "{{\"key\":{key},\"text\":\"{}\"}}",
            "words and ".repeat(200)
        )
    };
    for key in 0..200 {
        cache.put(key, body(key).into_bytes());
    }
    let stats = cache.stats();
    assert_eq!((stats.l1.entries, stats.l2.entries), (40, 160));
    assert!(
        stats.l2.bytes < 160 * 2_000 / 10,
        "{} bytes",
        stats.l2.bytes
    );
    for key in 0..200 {
        assert_eq!(cache.get(&key), Some(body(key).into_bytes()));
    }
}

#[test]
fn a_codec_that_fails_costs_the_entry_and_is_counted() {
    struct Picky;
    impl Codec<Vec<u8>> for Picky {
        fn encode(&self, value: &Vec<u8>, out: &mut Vec<u8>) -> Result<(), CodecError> {
            if value[0] == 0 {
                return Err(CodecError::new("expected another first byte than 0"));
            }
            out.extend_from_slice(value);
            Ok(())
        }

        fn decode(&self, bytes: &[u8]) -> Result<Vec<u8>, CodecError> {
            if bytes[0] == 1 {
                return Err(CodecError::new("expected another first byte than 1"));
            }
            Ok(bytes.to_vec())
        }
    }
    let config = CacheConfig {
        l1_size: 1,
        ..CONFIG
    };
    let cache = Cache::builder(config).codec(Picky).build();
    for key in 0..4 {
        cache.put(key, vec![key as u8]);
    }
    assert_eq!((cache.len(), cache.stats().codec_failures), (3, 1));
    assert_eq!(
        cache.get_many(&[0, 1, 2, 3]),
        [None, None, Some(vec![2]), Some(vec![3])]
    );
    assert_eq!((cache.len(), cache.stats().codec_failures), (2, 2));
}

#[test]
fn compression_gives_back_any_bytes_and_refuses_foreign_ones() {
    for seed in seeds(200) {
        let mut random = Random(seed);
        let length = random.skewed(5_000) as usize;
        let bytes = value(&mut random, length);
        let (mut packed, mut unpacked) = (vec![9; 7], vec![9; 7]);
        compress(&bytes, &mut packed);
        if packed.is_empty() {
            continue;
        }
        assert!(packed.len() <= length - length / 8);
        decompress(&packed, length, &mut unpacked).unwrap();
        assert_eq!(unpacked, bytes);
        for wrong in [length - 1, length + 1, usize::MAX] {
            assert!(decompress(&packed, wrong, &mut unpacked).is_err());
            assert!(unpacked.is_empty());
        }
        let place = random.below(packed.len() as u64) as usize;
        packed[place] ^= 1 << random.below(8);
        // Other bytes or an error, but no panic and no other length.
        if decompress(&packed, length, &mut unpacked).is_ok() {
            assert_eq!(unpacked.len(), length);
        }
    }
    let mut packed = vec![1];
    compress(b"short", &mut packed);
    assert!(packed.is_empty());
}
