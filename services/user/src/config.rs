//! The configuration, read from environment variables and validated at start.

mod auth;
mod environment;
mod first_admin;
mod keys;
mod traces;

use std::fmt;
use std::num::NonZeroUsize;

use mongodb::options::ConnectionString;
use openapi_server::ServeOptions;
use openapi_server::trace::TraceOptions;

use crate::auth::{AuthMode, PublicKey};
use crate::first_admin::FirstAdmin;
use crate::signing_key::SigningKey;
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
        name: "JWT_SIGNING_KEY",
        default: "",
        description: "Ed25519 private key in PEM that signs tokens; a new one at each start if not set",
    },
    Variable {
        name: "JWT_RETIRED_KEYS",
        default: "",
        description: "Ed25519 public keys in PEM that verify tokens besides the signing key",
    },
    Variable {
        name: "ADMIN_EMAIL",
        default: "",
        description: "e-mail address of the first administrator, who is created once",
    },
    Variable {
        name: "ADMIN_PASSWORD",
        default: "",
        description: "password of the first administrator until changed; 8 to 1024 characters",
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
    /// `None` for a new key.
    pub signing_key: Option<SigningKey>,
    /// Published besides the signing key.
    pub retired_keys: Vec<PublicKey>,
    pub first_admin: Option<FirstAdmin>,
    pub auth: AuthMode,
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
        let Self {
            port,
            mongo: _,
            signing_key,
            retired_keys,
            first_admin: _,
            auth,
            log_level,
            worker_threads,
            traces,
            serve,
        } = self;
        f.debug_struct("Config")
            .field("port", port)
            .field("signing_key", signing_key)
            .field("retired_keys", retired_keys)
            .field("auth", auth)
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
        let signing_key = environment.read("JWT_SIGNING_KEY", keys::signing_key);
        let retired_keys = environment.read("JWT_RETIRED_KEYS", keys::retired_keys);
        let admin_email = environment.read("ADMIN_EMAIL", first_admin::email);
        let first_admin = environment.read("ADMIN_PASSWORD", |text| {
            first_admin::first_admin(admin_email.unwrap_or_default(), text)
        });
        let requires_auth = environment.read("AUTH", auth::is_required);
        let service_key = environment
            .read("SERVICE_KEY", |text| auth::service_key(text, requires_auth.unwrap_or_default()));
        let log_level = environment.read("LOG_LEVEL", environment::log_level);
        let worker_threads = environment.read("TOKIO_WORKER_THREADS", environment::worker_threads);
        let traces = traces::read(&mut environment);
        let trusted_proxies = environment.read("TRUSTED_PROXIES", environment::trusted_proxies);
        let shutdown_delay = environment.read("SHUTDOWN_DELAY", environment::seconds);
        let config = || {
            Some(Self {
                port: port?,
                mongo: mongo?,
                signing_key: signing_key?,
                retired_keys: retired_keys?,
                first_admin: first_admin?,
                auth: AuthMode::new(requires_auth?, service_key.as_ref()?.as_ref())?,
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
        let uri = ("MONGO_URI", "mongodb://root:s3cret@localhost/userdb");
        let config = format!("{:?}", read(&[uri]).unwrap());
        assert!(!config.contains("s3cret"), "{config}");
        assert!(config.contains("3001"), "{config}");
    }

    #[test]
    fn debug_shows_no_password() {
        let admin = [("ADMIN_EMAIL", "ada@example.com"), ("ADMIN_PASSWORD", "correct s3cret")];
        let config = read(&admin).unwrap();
        assert_eq!(config.first_admin.as_ref().unwrap().email, "ada@example.com");
        assert!(!format!("{config:?}").contains("s3cret"));
    }

    #[test]
    fn nothing_is_required() {
        assert!(read(&[]).unwrap().signing_key.is_none());
    }
}
