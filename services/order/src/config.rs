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

use crate::auth::{AuthMode, ServiceKey};
use environment::Environment;
pub use environment::{ConfigErrors, Variable};

/// The variables that this service reads. `--help` and the README list them with these texts.
pub const VARIABLES: &[Variable] = &[
    Variable { name: "PORT", default: "3003", description: "port to listen on" },
    Variable {
        name: "MONGO_URI",
        default: "mongodb://localhost:27019/orderdb",
        description: "connection string of the database, with its name as the path",
    },
    Variable {
        name: "USER_SERVICE_URL",
        default: "http://localhost:3001",
        description: "base URL of the user service, without credentials",
    },
    Variable {
        name: "PRODUCT_SERVICE_URL",
        default: "http://localhost:3002",
        description: "base URL of the product service, without credentials",
    },
    Variable {
        name: "UPSTREAM_BREAKER",
        default: "off",
        description: "on or off; on pauses calls to a service that keeps failing",
    },
    Variable {
        name: "STOCK",
        default: "unchecked",
        description: "unchecked or reserved; reserved takes ordered quantities from the stock",
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

/// What orders do to the stock of products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stock {
    /// Nothing; products are only looked up.
    Unchecked,
    /// Orders take their quantities, and give them back if they are cancelled.
    Reserved,
}

pub struct Config {
    pub port: u16,
    /// Contains credentials.
    pub mongo: ConnectionString,
    /// Base URL of the user service, without a trailing slash.
    pub users: String,
    /// Base URL of the product service, without a trailing slash.
    pub products: String,
    /// Whether calls to the other services go through circuit breakers.
    pub upstream_breaker: bool,
    pub stock: Stock,
    pub auth: AuthMode,
    /// Sent to the other services.
    pub service_key: Option<ServiceKey>,
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
        let Self {
            port,
            mongo: _,
            users,
            products,
            upstream_breaker,
            stock,
            auth,
            service_key: _,
            jwks_url,
            log_level,
            worker_threads,
            traces,
            serve,
        } = self;
        f.debug_struct("Config")
            .field("port", port)
            .field("users", users)
            .field("products", products)
            .field("upstream_breaker", upstream_breaker)
            .field("stock", stock)
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
        let users = environment.read("USER_SERVICE_URL", service_url);
        let products = environment.read("PRODUCT_SERVICE_URL", service_url);
        let upstream_breaker = environment.read("UPSTREAM_BREAKER", on_or_off);
        let stock = environment.read("STOCK", stock);
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
                users: users?,
                products: products?,
                upstream_breaker: upstream_breaker?,
                stock: stock?,
                auth: AuthMode::new(requires_auth?, service_key.as_ref()?.as_ref())?,
                service_key: service_key?,
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

/// A base URL, which paths are appended to. It is logged when a call fails, so credentials in it
/// are rejected.
fn service_url(text: &str) -> Result<String, String> {
    const EXPECTED: &str = "expected a URL such as http://localhost:3001";
    let url = reqwest::Url::parse(text).map_err(|_| format!("is not a URL; {EXPECTED}"))?;
    let problem = if url.scheme() != "http" || !url.has_host() {
        "is not an http URL"
    } else if !url.username().is_empty() || url.password().is_some() {
        "has credentials"
    } else if url.query().is_some() || url.fragment().is_some() {
        "has a query or a fragment"
    } else {
        return Ok(text.trim_end_matches('/').to_owned());
    };
    Err(format!("{problem}; {EXPECTED}"))
}

fn on_or_off(text: &str) -> Result<bool, String> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err("is not valid; expected on or off".to_owned()),
    }
}

fn stock(text: &str) -> Result<Stock, String> {
    match text {
        "unchecked" => Ok(Stock::Unchecked),
        "reserved" => Ok(Stock::Reserved),
        _ => Err("is not valid; expected unchecked or reserved".to_owned()),
    }
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
        let uri = ("MONGO_URI", "mongodb://root:s3cret@localhost/orderdb");
        let config = format!("{:?}", read(&[uri]).unwrap());
        assert!(!config.contains("s3cret"), "{config}");
        assert!(config.contains("3003"), "{config}");
    }

    #[test]
    fn rejects_service_urls_with_credentials_without_quoting_them() {
        assert_eq!(service_url("http://users:80/base/"), Ok("http://users:80/base".to_owned()));
        for url in [
            "s3cret",
            "s3cret:3001",
            "https://s3cret",
            "http://root:s3cret@users",
            "http://s3cret@users",
            "http://root:s3cret@users:port",
            "http://users?s3cret",
            "http://users#s3cret",
            "http://",
        ] {
            let message = service_url(url).unwrap_err();
            assert!(!message.contains("s3cret"), "{url}: {message}");
        }
    }
}
