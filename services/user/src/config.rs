//! The configuration, read from environment variables and validated at start.

mod environment;
mod jwt_secret;

use std::fmt;
use std::num::NonZeroUsize;

use mongodb::options::ConnectionString;
use openapi_server::ServeOptions;
use secrecy::SecretSlice;

use environment::Environment;
pub use environment::{ConfigErrors, Variable};

/// The variables that this service reads. `--help` and the README list them with these texts.
pub const VARIABLES: &[Variable] = &[
    Variable { name: "PORT", default: "3001", description: "port to listen on" },
    Variable {
        name: "MONGO_URI",
        default: "mongodb://localhost:27017/userdb",
        description: "connection string of the database, with its name as the path",
    },
    Variable {
        name: "JWT_SECRET",
        default: "",
        description: "key that signs tokens, at least 32 random bytes; required in production",
    },
    Variable {
        name: "ENVIRONMENT",
        default: "production",
        description: "production, or development, which generates a missing JWT_SECRET at each start",
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
];

pub struct Config {
    pub port: u16,
    /// Contains credentials.
    pub mongo: ConnectionString,
    pub jwt_secret: SecretSlice<u8>,
    /// A level or a filter.
    pub log_level: String,
    /// `None` for half of the cores.
    pub worker_threads: Option<NonZeroUsize>,
    pub serve: ServeOptions,
}

/// Omits the fields that may contain secrets.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { port, mongo: _, jwt_secret: _, log_level, worker_threads, serve } = self;
        f.debug_struct("Config")
            .field("port", port)
            .field("log_level", log_level)
            .field("worker_threads", worker_threads)
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
        let development = environment.read("ENVIRONMENT", is_development);
        let jwt_secret = environment.read("JWT_SECRET", |text| {
            jwt_secret::jwt_secret(text, development.unwrap_or_default())
        });
        let log_level = environment.read("LOG_LEVEL", environment::log_level);
        let worker_threads = environment.read("TOKIO_WORKER_THREADS", environment::worker_threads);
        let trusted_proxies = environment.read("TRUSTED_PROXIES", environment::trusted_proxies);
        let shutdown_delay = environment.read("SHUTDOWN_DELAY", environment::seconds);
        let config = || {
            Some(Self {
                port: port?,
                mongo: mongo?,
                jwt_secret: jwt_secret?,
                log_level: log_level?,
                worker_threads: worker_threads?,
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

fn is_development(text: &str) -> Result<bool, String> {
    match text {
        "development" => Ok(true),
        "production" => Ok(false),
        _ => Err("is not valid; expected production or development".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    const SECRET: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

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
        let uri = ("MONGO_URI", "mongodb://root:s3cret@localhost/userdb");
        let config = format!("{:?}", read(&[uri, ("JWT_SECRET", SECRET)]).unwrap());
        assert!(!config.contains("s3cret") && !config.contains(SECRET), "{config}");
        assert!(config.contains("3001"), "{config}");
    }

    #[test]
    fn secret_is_required_in_production_only() {
        assert!(read(&[]).is_err() && read(&[("JWT_SECRET", SECRET)]).is_ok());
        assert!(read(&[("ENVIRONMENT", "development"), ("JWT_SECRET", "")]).is_ok());
    }
}
