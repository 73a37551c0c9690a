//! The configuration, read from environment variables and validated at start.

mod auth;
mod environment;
mod jwks_url;
mod traces;

use std::fmt;
use std::num::NonZeroUsize;

use mongodb::options::ConnectionString;
use openapi_server::ServeOptions;
use openapi_server::trace::TraceOptions;
use reqwest::Url;

use crate::auth::AuthMode;
use environment::Environment;
pub use environment::{ConfigErrors, Variable};

/// The variables that this service reads. `--help` and the README list them with these texts.
pub const VARIABLES: &[Variable] = &[
    Variable { name: "PORT", default: "3002", description: "port to listen on" },
    Variable {
        name: "MONGO_URI",
        default: "mongodb://localhost:27018/productdb",
        description: "connection string of the database, with its name as the path",
    },
    Variable {
        name: "AUTH",
        default: "off",
        description: "off or required; off serves every request, required only those that may be made",
    },
    Variable {
        name: "SERVICE_KEY",
        default: "",
        description: "key with which services recognize each other, at least 32 random bytes; required with AUTH=required",
    },
    Variable {
        name: "JWKS_URL",
        default: "http://localhost:3001/.well-known/jwks.json",
        description: "URL of the public keys that verify tokens",
    },
    Variable {
        name: "LOG_LEVEL",
        default: "info",
        description: "error, warn, info, debug, trace or off; or a filter such as info,mongodb=debug",
    },
    Variable {
        name: "TOKIO_WORKER_THREADS",
        default: "",
        description: "threads that serve requests; half of the cores if not set",
    },
    Variable {
        name: "TRUSTED_PROXIES",
        default: "",
        description: "comma-separated addresses or CIDR ranges of proxies whose X-Forwarded-For is trusted",
    },
    Variable {
        name: "SHUTDOWN_DELAY",
        default: "0",
        description: "seconds to keep serving after the signal to stop, while reporting not ready",
    },
    traces::ENDPOINT,
    traces::DISABLED,
    traces::SAMPLER,
    traces::SAMPLER_ARG,
];

pub struct Config {
    pub port: u16,
    /// Contains credentials.
    pub mongo: ConnectionString,
    pub auth: AuthMode,
    /// Where the keys that verify tokens are.
    pub jwks_url: Url,
    /// A level or a filter.
    pub log_level: String,
    /// `None` for half of the cores.
    pub worker_threads: Option<NonZeroUsize>,
    /// `None` unless traces are exported.
    pub traces: Option<TraceOptions>,
    pub serve: ServeOptions,
}

/// Omits the fields that may contain secrets.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { port, mongo: _, auth, jwks_url, log_level, worker_threads, traces, serve } =
            self;
        f.debug_struct("Config")
            .field("port", port)
            .field("auth", auth)
            .field("jwks_url", &jwks_url.as_str())
            .field("log_level", log_level)
            .field("worker_threads", worker_threads)
            .field("traces", traces)
            .field("serve", serve)
            .finish_non_exhaustive()
    }
}

impl Config {
    pub fn from_env() -> Result<Self, ConfigErrors> {
        Self::read(Environment::new(VARIABLES, |name| std::env::var_os(name)))
    }

    fn read(
        mut environment: Environment<impl Fn(&str) -> Option<std::ffi::OsString>>,
    ) -> Result<Self, ConfigErrors> {
        let port = environment.read("PORT", environment::port);
        let mongo = environment.read("MONGO_URI", environment::mongo_uri);
        let requires_auth = environment.read("AUTH", auth::is_required);
        let service_key = environment
            .read("SERVICE_KEY", |text| auth::service_key(text, requires_auth.unwrap_or_default()));
        let jwks_url = environment.read("JWKS_URL", jwks_url::jwks_url);
        let log_level = environment.read("LOG_LEVEL", environment::log_level);
        let worker_threads = environment.read("TOKIO_WORKER_THREADS", environment::worker_threads);
        let traces = traces::read(&mut environment);
        let trusted_proxies = environment.read("TRUSTED_PROXIES", environment::trusted_proxies);
        let shutdown_delay = environment.read("SHUTDOWN_DELAY", environment::seconds);
        let config = || {
            Some(Self {
                port: port?,
                mongo: mongo?,
                auth: AuthMode::new(requires_auth?, service_key.as_ref()?.as_ref())?,
                jwks_url: jwks_url?,
                log_level: log_level?,
                worker_threads: worker_threads?,
                traces: traces?,
                serve: ServeOptions {
                    trusted_proxies: trusted_proxies?,
                    shutdown_delay: shutdown_delay?,
                },
            })
        };
        environment.finish(config())
    }
}

/// Reads only the port, for `--health`.
pub fn port() -> Option<u16> {
    Environment::new(VARIABLES, |name| std::env::var_os(name)).read("PORT", environment::port)
}

pub fn help() -> String {
    environment::help(VARIABLES)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
        Config::read(Environment::new(VARIABLES, |name| {
            let set = variables.iter().find(|(key, _)| *key == name);
            set.map(|(_, value)| OsString::from(value))
        }))
    }

    #[test]
    fn reports_all_errors_together_without_values() {
        let invalid = VARIABLES.iter().map(|variable| (variable.name, "=s3cret"));
        let errors = read(&invalid.collect::<Vec<_>>()).unwrap_err().to_string();
        for Variable { name, .. } in VARIABLES {
            assert!(errors.contains(name), "{name} is not in: {errors}");
        }
        assert!(!errors.contains("s3cret"), "{errors}");
    }

    #[test]
    fn debug_shows_no_secret() {
        let uri = ("MONGO_URI", "mongodb://root:s3cret@localhost/productdb");
        let config = format!("{:?}", read(&[uri]).unwrap());
        assert!(!config.contains("s3cret"), "{config}");
        assert!(config.contains("3002"), "{config}");
    }
}
