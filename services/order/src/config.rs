//! The environment, read and checked once. All mistakes are told at once.

use std::fmt;

use envconfig::Envconfig;
use mongodb::options::ConnectionString;

/// The variables, for `--help`.
pub const HELP: &str = "  \
  PORT                 port to serve on (3003)
  MONGO_URI            database (mongodb://localhost:27019/orderdb)
  USER_SERVICE_URL     the user service (http://localhost:3001)
  PRODUCT_SERVICE_URL  the product service (http://localhost:3002)
  UPSTREAM_BREAKER     on: stop calling a service that fails, for a while (off)
  LOG_LEVEL            error, warn, info, debug or trace, or a filter (info)";

/// The environment as it is.
#[derive(Envconfig)]
struct Environment {
    #[envconfig(from = "PORT", default = "3003")]
    port: String,
    #[envconfig(from = "MONGO_URI", default = "mongodb://localhost:27019/orderdb")]
    mongo_uri: String,
    #[envconfig(from = "USER_SERVICE_URL", default = "http://localhost:3001")]
    user_service_url: String,
    #[envconfig(from = "PRODUCT_SERVICE_URL", default = "http://localhost:3002")]
    product_service_url: String,
    #[envconfig(from = "UPSTREAM_BREAKER", default = "off")]
    upstream_breaker: String,
    #[envconfig(from = "LOG_LEVEL", default = "info")]
    log_level: String,
}

/// The environment as it is meant.
pub struct Config {
    /// Port to serve on.
    pub port: u16,
    /// Where the database is. Holds credentials: never log it.
    pub mongo: ConnectionString,
    /// The user service, without a slash at the end.
    pub users: String,
    /// The product service, without a slash at the end.
    pub products: String,
    /// Whether calls to the other services go through circuit breakers.
    pub upstream_breaker: bool,
    /// A level or a filter.
    pub log_level: String,
}

/// Everything that is wrong with the environment.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub struct Mistakes(Vec<String>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration is wrong:")?;
        self.0.iter().try_for_each(|mistake| write!(f, "\n  {mistake}"))
    }
}

/// The port alone, for `--health`.
pub fn port() -> Option<u16> {
    Environment::init_from_env().ok()?.port.parse().ok()
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// All mistakes in it.
    pub fn from_env() -> Result<Self, Mistakes> {
        let environment =
            Environment::init_from_env().map_err(|error| Mistakes(vec![error.to_string()]))?;
        Self::check(environment)
    }

    fn check(environment: Environment) -> Result<Self, Mistakes> {
        let mut mistakes = Vec::new();
        let port = environment.port.parse().ok().filter(|port| *port != 0);
        if port.is_none() {
            mistakes
                .push(format!("PORT must be a number from 1 to 65535, not {:?}", environment.port));
        }
        let mongo = ConnectionString::parse(&environment.mongo_uri);
        if let Err(error) = &mongo {
            mistakes.push(format!("MONGO_URI is not a MongoDB connection string: {error}"));
        }
        let users = service_url("USER_SERVICE_URL", &environment.user_service_url, &mut mistakes);
        let products =
            service_url("PRODUCT_SERVICE_URL", &environment.product_service_url, &mut mistakes);
        let upstream_breaker = match &*environment.upstream_breaker {
            "on" => Some(true),
            "off" => Some(false),
            other => {
                mistakes.push(format!("UPSTREAM_BREAKER must be on or off, not {other:?}"));
                None
            }
        };
        if openapi_server::log::check_level(&environment.log_level).is_err() {
            mistakes.push(format!(
                "LOG_LEVEL must be a level such as info, not {:?}",
                environment.log_level
            ));
        }
        let log_level = environment.log_level;
        match (port, mongo, upstream_breaker, mistakes.is_empty()) {
            (Some(port), Ok(mongo), Some(upstream_breaker), true) => {
                Ok(Self { port, mongo, users, products, upstream_breaker, log_level })
            }
            _ => Err(Mistakes(mistakes)),
        }
    }
}

/// An address that paths can be added to.
fn service_url(name: &str, text: &str, mistakes: &mut Vec<String>) -> String {
    let plain = reqwest::Url::parse(text).is_ok_and(|url| {
        url.scheme() == "http"
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none()
    });
    if !plain {
        mistakes
            .push(format!("{name} must be an address such as http://localhost:3001, not {text:?}"));
    }
    text.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_mistakes_are_told_at_once() {
        let environment =
            |port: &str, mongo_uri: &str, url: &str, breaker: &str, log_level: &str| Environment {
                port: port.into(),
                mongo_uri: mongo_uri.into(),
                user_service_url: url.into(),
                product_service_url: url.into(),
                upstream_breaker: breaker.into(),
                log_level: log_level.into(),
            };
        assert!(
            Config::check(environment(
                "3003",
                "mongodb://localhost/orderdb",
                "http://users/",
                "on",
                "info"
            ))
            .is_ok()
        );
        let wrong = environment("0", "postgres://", "users:3001", "yes", "a=b=c");
        let Err(mistakes) = Config::check(wrong) else { panic!("accepted") };
        let text = mistakes.to_string();
        for name in [
            "PORT",
            "MONGO_URI",
            "USER_SERVICE_URL",
            "PRODUCT_SERVICE_URL",
            "UPSTREAM_BREAKER",
            "LOG_LEVEL",
        ] {
            assert!(text.contains(name), "{text}");
        }
    }
}
