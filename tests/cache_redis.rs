//! A real Redis server behind the cache, killed, paused and started anew in the middle.
#![cfg(all(feature = "redis", unix, not(target_arch = "wasm32")))]

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use code_mesh_core::performance::cache::{
    BreakerConfig, CacheConfig, MultiLevelCache, PlainCodec, RedisConfig, RedisStore, Store,
};

/// For a server that answers, however busy the machine is.
const PATIENT: Duration = Duration::from_secs(10);

/// A server of this test's own on a free port, ended with it.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start() -> Self {
        // Another program may take the port in between.
        (0..5)
            .find_map(|_| {
                let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
                let port = listener.local_addr().expect("its number").port();
                drop(listener);
                Self::start_on(port)
            })
            .expect("a server on one of five free ports")
    }

    /// Nothing where it ended at once, because the port was taken.
    fn start_on(port: u16) -> Option<Self> {
        let child = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
            .args(["--save", "", "--appendonly", "no", "--daemonize", "no"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("expected `redis-server` on the path; install it, on Debian: apt-get install redis-server");
        let mut server = Self { child, port };
        let mut has_ended = false;
        wait_until("the server listens", || {
            has_ended = server.child.try_wait().expect("its state").is_some();
            has_ended || TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        (!has_ended).then_some(server)
    }

    fn signal(&self, signal: &str) {
        let status = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status();
        assert!(status.expect("kill").success());
    }

    fn store(&self, namespace: &str, time_limit: Duration) -> RedisStore {
        let mut config = RedisConfig::new(format!("redis://127.0.0.1:{}", self.port));
        config.namespace = namespace.to_owned();
        config.time_limit = time_limit;
        RedisStore::new(config).expect("a good address")
    }

    fn cache(&self, time_limit: Duration) -> MultiLevelCache<String, String> {
        MultiLevelCache::builder(CacheConfig::default())
            .store(self.store("test", time_limit), PlainCodec, String::clone)
            .breaker(BreakerConfig {
                failures: 2,
                cool_down: Duration::from_millis(100),
                time_limit,
            })
            .build()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "waited 20 s until {what}"
        );
        thread::sleep(Duration::from_millis(5));
    }
}

/// One server at a time: two tests that look for a free port at once might find the same.
static TURN: Mutex<()> = Mutex::new(());

#[test]
fn it_keeps_bytes_for_a_time_under_its_namespace() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let server = Server::start();
    let (ours, theirs) = (server.store("a*", PATIENT), server.store("ab", PATIENT));
    let bytes: Vec<u8> = (0..=255).collect();
    ours.set("key", &bytes, None).unwrap();
    theirs.set("key", b"theirs", None).unwrap();
    assert_eq!(ours.get("key").unwrap(), Some(bytes));
    assert_eq!(ours.get("other").unwrap(), None);
    ours.set("short", b"x", Some(Duration::from_millis(30)))
        .unwrap();
    wait_until("a key expires", || ours.get("short").unwrap().is_none());
    ours.delete("key").unwrap();
    assert_eq!(ours.get("key").unwrap(), None);
    for key in 0..2_000 {
        ours.set(&key.to_string(), b"x", None).unwrap();
    }
    ours.clear().unwrap();
    assert_eq!(ours.get("1999").unwrap(), None);
    assert_eq!(theirs.get("key").unwrap(), Some(b"theirs".to_vec()));
}

#[test]
fn two_caches_share_what_one_of_them_loaded() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let server = Server::start();
    let (one, two) = (server.cache(PATIENT), server.cache(PATIENT));
    let loaded = one.get_or_load("key".into(), || Ok::<_, ()>("value".into()));
    assert_eq!(loaded.unwrap(), "value");
    assert_eq!(two.get_through("key"), Some("value".into()));
    let shared = two.get_or_load("key".into(), || Err::<String, _>("not asked"));
    assert_eq!(shared.unwrap(), "value");
    assert_eq!(two.stats().loads, 0);
    thread::scope(|scope| {
        for worker in 0..20 {
            let (one, two) = (&one, &two);
            scope.spawn(move || {
                let key = format!("worker {worker}");
                one.put(key.clone(), key.clone());
                assert_eq!(two.get_through(&key), Some(key));
            });
        }
    });
}

#[test]
fn a_server_that_is_killed_and_started_anew_is_used_again() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let server = Server::start();
    let port = server.port;
    let cache = server.cache(PATIENT);
    cache.put("before".into(), "1".into());
    drop(server);
    for key in 0..50 {
        cache.put(format!("during {key}"), "2".into());
        assert_eq!(cache.get(&format!("during {key}")), Some("2".into()));
    }
    assert_eq!(cache.get("before"), Some("1".into()));
    let stats = cache.stats().l3;
    assert!(stats.failures >= 2 && stats.skipped > 0, "{stats:?}");
    let server = Server::start_on(port).expect("the port is still free");
    wait_until("the store is used again", || {
        cache.put("after".into(), "3".into());
        server
            .store("test", PATIENT)
            .get("after")
            .is_ok_and(|found| found.is_some())
    });
    assert_eq!(server.cache(PATIENT).get_through("after"), Some("3".into()));
}

#[test]
fn a_server_that_stands_still_costs_a_few_time_limits_and_no_more() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let server = Server::start();
    let cache = server.cache(Duration::from_millis(200));
    cache.put("key".into(), "1".into());
    server.signal("-STOP");
    let skipped = || cache.stats().l3.skipped;
    wait_until("the store is left alone", || {
        cache.put("key".into(), "2".into());
        skipped() > 0
    });
    assert_eq!(cache.get("key"), Some("2".into()));
    server.signal("-CONT");
    wait_until("the store is used again", || {
        cache.put("key".into(), "3".into());
        server.cache(PATIENT).get_through("key").as_deref() == Some("3")
    });
}
