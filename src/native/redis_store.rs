use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use redis::{Client, Cmd, Connection, FromRedisValue, RedisError};

use crate::performance::cache::{Store, StoreError};

/// Connections that are kept for the next call; more are made while more threads call at once.
const IDLE_CONNECTIONS: usize = 8;

/// Keys that one step of clearing looks at.
const SCAN_COUNT: usize = 512;

/// Which part of a Redis server a store has, and how long it waits.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisConfig {
    /// `redis://host:port/database`, or `redis+unix:///path`.
    pub url: String,
    /// Begins every key, so that several may share a database; default `code-mesh`.
    pub namespace: String,
    /// How long a call waits for the server at most, to connect, to send and to receive each; default 250 ms.
    pub time_limit: Duration,
}

impl RedisConfig {
    /// The defaults for this server.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            namespace: "code-mesh".to_owned(),
            time_limit: Duration::from_millis(250),
        }
    }
}

/// A Redis server as the store of a cache. It connects at the first call, and again after a failure.
///
/// ```no_run
/// use code_mesh_core::performance::cache::{
///     CacheConfig, MultiLevelCache, PlainCodec, RedisConfig, RedisStore,
/// };
///
/// let store = RedisStore::new(RedisConfig::new("redis://127.0.0.1:6379"))?;
/// let cache = MultiLevelCache::<String, String>::builder(CacheConfig::default())
///     .store(store, PlainCodec, |key| key.clone())
///     .build();
/// # Ok::<(), code_mesh_core::performance::cache::StoreError>(())
/// ```
pub struct RedisStore {
    client: Client,
    config: RedisConfig,
    idle: Mutex<Vec<Connection>>,
}

impl RedisStore {
    /// A store in this server, which need not be there yet.
    ///
    /// # Errors
    /// Where the address is none.
    pub fn new(config: RedisConfig) -> Result<Self, StoreError> {
        let client = Client::open(config.url.as_str()).map_err(|error| {
            // Not the address itself: there may be a password in it.
            StoreError::new(format!(
                "expected an address like redis://127.0.0.1:6379, got another: {error}"
            ))
        })?;
        Ok(Self {
            client,
            config,
            idle: Mutex::new(Vec::new()),
        })
    }

    fn name(&self, key: &str) -> String {
        format!("{}:{key}", self.config.namespace)
    }

    /// One command, which may be sent twice: all that are used here mean the same then.
    fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        let idle = self.idle().pop();
        if let Some(connection) = idle {
            match self.ask_on(connection, command) {
                // The server was started anew, and none of those that were kept is good.
                Err(error) if error.is_connection_dropped() => self.idle().clear(),
                answer => return answer.map_err(failed),
            }
        }
        let connection = self.connect().map_err(failed)?;
        self.ask_on(connection, command).map_err(failed)
    }

    /// A connection that failed is not kept: an answer that came late would be taken for the next one.
    fn ask_on<T: FromRedisValue>(
        &self,
        mut connection: Connection,
        command: &Cmd,
    ) -> Result<T, RedisError> {
        let answer = command.query(&mut connection)?;
        let mut idle = self.idle();
        if idle.len() < IDLE_CONNECTIONS {
            idle.push(connection);
        }
        Ok(answer)
    }

    fn connect(&self) -> Result<Connection, RedisError> {
        let limit = self.config.time_limit;
        let connection = self.client.get_connection_with_timeout(limit)?;
        connection.set_read_timeout(Some(limit))?;
        connection.set_write_timeout(Some(limit))?;
        Ok(connection)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for RedisStore {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.ask(redis::cmd("GET").arg(self.name(key)))
    }

    fn set(&self, key: &str, bytes: &[u8], ttl: Option<Duration>) -> Result<(), StoreError> {
        let mut command = redis::cmd("SET");
        command.arg(self.name(key)).arg(bytes);
        if let Some(ttl) = ttl {
            let millis = ttl.as_millis().clamp(1, i64::MAX as u128);
            command.arg("PX").arg(millis as u64);
        }
        self.ask(&command)
    }

    fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.ask(redis::cmd("DEL").arg(self.name(key)))
    }

    fn clear(&self) -> Result<(), StoreError> {
        let pattern = format!("{}:*", escaped(&self.config.namespace));
        let mut cursor = 0_u64;
        loop {
            let (next, keys): (u64, Vec<Vec<u8>>) = self.ask(
                redis::cmd("SCAN")
                    .arg(cursor)
                    .arg("MATCH")
                    .arg(&pattern)
                    .arg("COUNT")
                    .arg(SCAN_COUNT),
            )?;
            if !keys.is_empty() {
                self.ask::<()>(redis::cmd("UNLINK").arg(keys))?;
            }
            if next == 0 {
                return Ok(());
            }
            cursor = next;
        }
    }
}

impl fmt::Debug for RedisConfig {
    /// Without the address: there may be a password in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisConfig")
            .field("namespace", &self.namespace)
            .field("time_limit", &self.time_limit)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore")
            .field("namespace", &self.config.namespace)
            .finish_non_exhaustive()
    }
}

/// A text as the pattern that matches just it.
fn escaped(text: &str) -> String {
    let mut pattern = String::new();
    for character in text.chars() {
        if matches!(character, '*' | '?' | '[' | ']' | '^' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

fn failed(error: RedisError) -> StoreError {
    StoreError::new(format!("expected an answer of the Redis server: {error}"))
}
