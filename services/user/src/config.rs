//! The environment, read and checked once. All mistakes are told at once.

use std::fmt;

use envconfig::Envconfig;
use mongodb::options::ConnectionString;

/// The variables, for `--help`.
pub const HELP: &str = "  \
  PORT         port to serve on (3001)
  MONGO_URI    database (mongodb://localhost:27017/userdb)
  JWT_SECRET   key that signs tokens, 32 bytes or more; required outside development
  ENVIRONMENT  production or development (production)
  LOG_LEVEL    error, warn, info, debug or trace, or a filter (info)";

/// The shortest key for HS256, in bytes: as long as its hash (RFC 7518, 3.2).
const MIN_SECRET_BYTES: usize = 32;

/// The environment as it is.
#[derive(Envconfig)]
struct Environment {
    #[envconfig(from = "PORT", default = "3001")]
    port: String,
    #[envconfig(from = "MONGO_URI", default = "mongodb://localhost:27017/userdb")]
    mongo_uri: String,
    #[envconfig(from = "JWT_SECRET", default = "")]
    jwt_secret: String,
    #[envconfig(from = "ENVIRONMENT", default = "production")]
    environment: String,
    #[envconfig(from = "LOG_LEVEL", default = "info")]
    log_level: String,
}

/// The environment as it is meant.
pub struct Config {
    /// Port to serve on.
    pub port: u16,
    /// Where the database is. Holds credentials: never log it.
    pub mongo: ConnectionString,
    /// Signs tokens. Never log it.
    pub jwt_secret: Vec<u8>,
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
        let jwt_secret = secret(&environment, &mut mistakes);
        if openapi_server::log::check_level(&environment.log_level).is_err() {
            mistakes.push(format!(
                "LOG_LEVEL must be a level such as info, not {:?}",
                environment.log_level
            ));
        }
        match (port, mongo, mistakes.is_empty()) {
            (Some(port), Ok(mongo), true) => {
                Ok(Self { port, mongo, jwt_secret, log_level: environment.log_level })
            }
            _ => Err(Mistakes(mistakes)),
        }
    }
}

/// The given secret; in development, if there is none, one for this process.
fn secret(environment: &Environment, mistakes: &mut Vec<String>) -> Vec<u8> {
    let given = environment.jwt_secret.as_bytes();
    let development = match environment.environment.as_str() {
        "development" => true,
        "production" => false,
        other => {
            mistakes.push(format!("ENVIRONMENT must be production or development, not {other:?}"));
            return Vec::new();
        }
    };
    if development && given.is_empty() {
        return crate::token::random_secret();
    }
    if given.len() < MIN_SECRET_BYTES {
        mistakes.push(format!(
            "JWT_SECRET must have at least {MIN_SECRET_BYTES} bytes; make one with: openssl rand -base64 48"
        ));
    }
    given.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment() -> Environment {
        Environment {
            port: "3001".into(),
            mongo_uri: "mongodb://localhost/userdb".into(),
            jwt_secret: "s".repeat(MIN_SECRET_BYTES),
            environment: "production".into(),
            log_level: "info".into(),
        }
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let wrong = Environment {
            port: "70000".into(),
            mongo_uri: "postgres://".into(),
            jwt_secret: "short".into(),
            log_level: "loud=very=".into(),
            ..environment()
        };
        let Err(mistakes) = Config::check(wrong) else { panic!("accepted") };
        let text = mistakes.to_string();
        for name in ["PORT", "MONGO_URI", "JWT_SECRET", "LOG_LEVEL"] {
            assert!(text.contains(name), "{text}");
        }
        assert!(!text.contains("short"), "a secret was shown: {text}");
    }

    #[test]
    fn only_development_goes_without_a_secret() {
        let without = || Environment { jwt_secret: String::new(), ..environment() };
        assert!(Config::check(without()).is_err());
        let development = Environment { environment: "development".into(), ..without() };
        let Ok(config) = Config::check(development) else { panic!("refused") };
        assert!(config.jwt_secret.len() >= MIN_SECRET_BYTES);
    }

    #[test]
    fn a_secret_is_long_enough_at_32_bytes_even_in_development() {
        assert!(Config::check(environment()).is_ok());
        let short =
            |environment: Environment| Environment { jwt_secret: "s".repeat(31), ..environment };
        assert!(Config::check(short(environment())).is_err());
        let development = Environment { environment: "development".into(), ..environment() };
        assert!(Config::check(short(development)).is_err());
    }
}
