//! Reads and validates environment variables, and reports all errors together.
//!
//! No message contains a value, since any variable may hold a secret by mistake.
//!
//! Each service has its own copy of this file: they share an API, not code.

use std::ffi::OsString;
use std::fmt;
use std::num::NonZeroUsize;
use std::time::Duration;

use mongodb::options::ConnectionString;
use openapi_server::TrustedProxies;

/// More threads than the largest machines have cores.
const MAX_WORKER_THREADS: usize = 1024;

/// Longer than orchestrators wait for a process to end.
const MAX_SECONDS: u64 = 3600;

#[derive(Debug, Clone, Copy)]
pub struct Variable {
    pub name: &'static str,
    /// Used if the variable is not set. If it is empty, an empty value means the same as none.
    pub default: &'static str,
    /// One line for `--help` and the README.
    pub description: &'static str,
}

#[derive(Debug, Default, PartialEq, Eq, thiserror::Error)]
pub struct ConfigErrors(Vec<String>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid configuration:")?;
        self.0.iter().try_for_each(|error| write!(f, "\n  {error}"))
    }
}

/// Looks up variables, and collects the errors in those that were read.
pub struct Environment<L> {
    variables: &'static [Variable],
    lookup: L,
    errors: ConfigErrors,
}

impl<L: Fn(&str) -> Option<OsString>> Environment<L> {
    /// `lookup` is `std::env::var_os`, except in tests.
    pub fn new(variables: &'static [Variable], lookup: L) -> Self {
        Self { variables, lookup, errors: ConfigErrors::default() }
    }

    /// Reads one variable. The error of `parse` completes a sentence that begins with its name.
    pub fn read<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let parsed = self.text(name).and_then(|text| parse(&text));
        parsed.map_err(|problem| self.errors.0.push(format!("{name} {problem}"))).ok()
    }

    fn text(&self, name: &str) -> Result<String, String> {
        let variable = self.variables.iter().find(|variable| variable.name == name);
        let default = variable.ok_or("is missing from the list of variables")?.default;
        let Some(value) = (self.lookup)(name) else { return Ok(default.to_owned()) };
        let text = value.into_string().map_err(|_| "is not valid UTF-8")?;
        if text.is_empty() && !default.is_empty() {
            return Err(format!("is empty; unset it for the default, {default}"));
        }
        Ok(text)
    }

    /// Returns the configuration unless a variable that was read has an error.
    pub fn finish<T>(self, config: Option<T>) -> Result<T, ConfigErrors> {
        config.filter(|_| self.errors.0.is_empty()).ok_or(self.errors)
    }
}

/// Lists the variables for `--help`, one per line.
pub fn help(variables: &[Variable]) -> String {
    let width = variables.iter().map(|variable| variable.name.len()).max().unwrap_or_default();
    let line = |variable: &Variable| {
        let Variable { name, default, description } = variable;
        let default = if default.is_empty() { String::new() } else { format!(" ({default})") };
        format!("  {name:width$}  {description}{default}")
    };
    variables.iter().map(line).collect::<Vec<_>>().join("\n")
}

pub fn port(text: &str) -> Result<u16, String> {
    let port = text.parse().ok().filter(|port| *port != 0);
    port.ok_or_else(|| "is not a port; expected a number from 1 to 65535".to_owned())
}

/// Does not use the driver's messages, since they quote parts of the connection string.
pub fn mongo_uri(text: &str) -> Result<ConnectionString, String> {
    const EXPECTED: &str = "expected mongodb://[user:password@]host[:port]/database, \
        with user and password percent-encoded";
    // The driver parses everything after the first `?` as options, so part of a password that
    // contains a `?` would be taken for host and options, which are logged if the connection fails.
    let ambiguous = text.split_once('?').is_some_and(|(_, options)| options.contains('@'));
    if ambiguous {
        return Err(format!("has an @ after the first ?; {EXPECTED}"));
    }
    ConnectionString::parse(text)
        .map_err(|_| format!("is not a MongoDB connection string; {EXPECTED}"))
}

pub fn log_level(text: &str) -> Result<String, String> {
    match openapi_server::log::check_level(text) {
        Ok(()) => Ok(text.to_owned()),
        Err(error) => Err(format!("is {error}")),
    }
}

/// `None` selects the default of the server.
pub fn worker_threads(text: &str) -> Result<Option<NonZeroUsize>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let threads = text.parse::<NonZeroUsize>().ok();
    let threads = threads.filter(|threads| threads.get() <= MAX_WORKER_THREADS);
    threads.map(Some).ok_or_else(|| {
        format!("is not a number of threads; expected a number from 1 to {MAX_WORKER_THREADS}")
    })
}

pub fn trusted_proxies(text: &str) -> Result<TrustedProxies, String> {
    const EXPECTED: &str = "expected addresses or CIDR ranges such as 10.0.0.0/8";
    text.parse().map_err(|_| format!("is not a list of networks; {EXPECTED}"))
}

pub fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| *seconds <= MAX_SECONDS);
    seconds
        .map(Duration::from_secs)
        .ok_or_else(|| format!("is not a duration; expected whole seconds from 0 to {MAX_SECONDS}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VARIABLES: &[Variable] = &[
        Variable { name: "PORT", default: "3001", description: "port to listen on" },
        Variable { name: "SECRET", default: "", description: "a secret" },
    ];

    fn read<T>(
        name: &'static str,
        value: Option<&[u8]>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, ConfigErrors> {
        use std::os::unix::ffi::OsStringExt;
        let value = value.map(|value| OsString::from_vec(value.to_vec()));
        let mut environment = Environment::new(VARIABLES, |_| value.clone());
        let config = environment.read(name, parse);
        environment.finish(config)
    }

    #[test]
    fn default_applies_only_to_unset_variables() {
        assert_eq!(read("PORT", None, port), Ok(3001));
        assert_eq!(read("PORT", Some(b"80"), port), Ok(80));
        let error = |value| read("PORT", Some(value), port).unwrap_err().to_string();
        assert!(error(b"").contains("PORT is empty"));
        assert!(error(b"30\xff01").contains("PORT is not valid UTF-8"));
        for value in ["0", "70000", "-1", "+80x", " 80", "http"] {
            assert!(error(value.as_bytes()).contains("PORT is not a port"), "{value}");
        }
    }

    #[test]
    fn empty_value_means_unset_without_default() {
        let text = |text: &str| Ok(text.to_owned());
        assert_eq!(read("SECRET", None, text), Ok(String::new()));
        assert_eq!(read("SECRET", Some(b""), text), Ok(String::new()));
    }

    #[test]
    fn reports_errors_together() {
        let mut environment = Environment::new(VARIABLES, |_| Some("x".into()));
        let port = environment.read("PORT", port);
        let secret = environment.read("SECRET", |_| Err::<(), _>("is short".to_owned()));
        let errors = environment.finish(port.zip(secret)).unwrap_err().to_string();
        assert!(errors.contains("PORT is not a port") && errors.contains("SECRET is short"));
    }

    #[test]
    fn errors_do_not_quote_connection_strings() {
        for uri in [
            "s3cret",
            "s3cret://localhost/userdb",
            "mongodb://root:s3cret",
            "mongodb://root:s3cret@",
            "mongodb://root:s3cret/x@localhost/userdb",
            "mongodb://root:s3cret?x@localhost/userdb",
            "mongodb://root:27?s3cret=x@localhost/userdb",
            "mongodb://root:s3cret@x@localhost/userdb",
            "mongodb://root:s3cret:x@localhost/userdb",
            "mongodb://root:s3cret%@localhost/userdb",
            "mongodb://root:s3cret@localhost:port/userdb",
            "mongodb://root:x@s3cret:port/userdb",
            "mongodb://root:x@localhost/s3cret$",
            "mongodb://root:x@localhost/userdb?s3cret",
            "mongodb://root:x@localhost/userdb?authMechanism=s3cret",
            "mongodb://root:x@localhost/userdb?maxPoolSize=s3cret",
            "mongodb+srv://root:s3cret@localhost:27017/userdb",
            "mongodb+srv://root:s3cret@a,b/userdb",
        ] {
            let Err(message) = mongo_uri(uri) else { panic!("accepted: {uri}") };
            assert!(!message.contains("s3cret"), "{uri}: {message}");
        }
        assert!(mongo_uri("mongodb://root:s3cret%3F%40@localhost:27017/userdb?w=1").is_ok());
    }

    #[test]
    fn worker_threads_are_positive() {
        assert_eq!(worker_threads(""), Ok(None));
        assert_eq!(worker_threads("2"), Ok(NonZeroUsize::new(2)));
        for text in ["0", "-1", "many", "100000", "18446744073709551616"] {
            assert!(worker_threads(text).is_err(), "{text}");
        }
    }

    #[test]
    fn seconds_are_whole() {
        assert_eq!(seconds("0"), Ok(Duration::ZERO));
        assert_eq!(seconds("10"), Ok(Duration::from_secs(10)));
        for text in ["-1", "1.5", "10s", "3601", ""] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn rejects_unknown_log_levels() {
        assert_eq!(log_level("info"), Ok("info".to_owned()));
        let message = log_level("warning").unwrap_err();
        assert!(message.contains("error, warn, info, debug, trace or off"), "{message}");
    }
}
