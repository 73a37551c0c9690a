//! Reads environment variables and checks them, all before the first error is reported.
//!
//! No message contains a value: a secret may be in any of them, also in the wrong one.
//!
//! Each service has its own copy of this file: they share an API, not code.

use std::ffi::OsString;
use std::fmt;
use std::num::NonZeroUsize;
use std::time::Duration;

use mongodb::options::ConnectionString;
use openapi_server::TrustedProxies;

/// More threads than any machine this was measured on has cores.
const MAX_WORKER_THREADS: usize = 1024;

/// No orchestrator waits longer for a process to end.
const MAX_SECONDS: u64 = 3600;

/// A variable that a service reads.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// `PORT`.
    pub name: &'static str,
    /// The value where it is not set. Where that is empty, an empty value means the same as none.
    pub default: &'static str,
    /// One line for `--help` and the README.
    pub description: &'static str,
}

/// Everything that is wrong with the environment.
#[derive(Debug, Default, PartialEq, Eq, thiserror::Error)]
pub struct ConfigErrors(Vec<String>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid configuration:")?;
        self.0.iter().try_for_each(|error| write!(f, "\n  {error}"))
    }
}

/// The values of variables, and what is wrong with those that were read.
pub struct Environment<L> {
    variables: &'static [Variable],
    lookup: L,
    errors: ConfigErrors,
}

impl<L: Fn(&str) -> Option<OsString>> Environment<L> {
    /// The variables as `lookup` finds them; that is `std::env::var_os` but in tests.
    pub fn new(variables: &'static [Variable], lookup: L) -> Self {
        Self { variables, lookup, errors: ConfigErrors::default() }
    }

    /// Reads one variable. `parse` says what it expected if it fails.
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
        let default = variable.ok_or("is missing in the table of variables")?.default;
        let Some(value) = (self.lookup)(name) else { return Ok(default.to_owned()) };
        let text = value.into_string().map_err(|_| "is not valid UTF-8")?;
        if text.is_empty() && !default.is_empty() {
            return Err(format!("is empty; unset it for the default, {default}"));
        }
        Ok(text)
    }

    /// What was made of the variables.
    ///
    /// # Errors
    /// Everything that is wrong with those that were read.
    pub fn finish<T>(self, config: Option<T>) -> Result<T, ConfigErrors> {
        config.filter(|_| self.errors.0.is_empty()).ok_or(self.errors)
    }
}

/// The variables, a line each.
pub fn help(variables: &[Variable]) -> String {
    let width = variables.iter().map(|variable| variable.name.len()).max().unwrap_or_default();
    let line = |variable: &Variable| {
        let Variable { name, default, description } = variable;
        let default = if default.is_empty() { String::new() } else { format!(" ({default})") };
        format!("  {name:width$}  {description}{default}")
    };
    variables.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A port to listen on.
///
/// # Errors
/// What was expected.
pub fn port(text: &str) -> Result<u16, String> {
    let port = text.parse().ok().filter(|port| *port != 0);
    port.ok_or_else(|| "is not a port; expected a number from 1 to 65535".to_owned())
}

/// A MongoDB connection string. The driver's own messages quote parts of it, so they are not used.
///
/// # Errors
/// What was expected.
pub fn mongo_uri(text: &str) -> Result<ConnectionString, String> {
    const EXPECTED: &str = "expected mongodb://[user:password@]host[:port]/database, \
        with user and password percent-encoded";
    // The driver looks for options from the first `?`, so a password with a `?` would become part
    // of host and options, and both are logged when the host does not answer.
    let ambiguous = text.split_once('?').is_some_and(|(_, options)| options.contains('@'));
    if ambiguous {
        return Err(format!("has an @ after the first ?; {EXPECTED}"));
    }
    ConnectionString::parse(text)
        .map_err(|_| format!("is not a MongoDB connection string; {EXPECTED}"))
}

/// A level or a filter for logs.
///
/// # Errors
/// What was expected.
pub fn log_level(text: &str) -> Result<String, String> {
    match openapi_server::log::check_level(text) {
        Ok(()) => Ok(text.to_owned()),
        Err(error) => Err(format!("is {error}")),
    }
}

/// A number of threads; `None` leaves it to the server.
///
/// # Errors
/// What was expected.
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

/// Proxies in front of the service.
///
/// # Errors
/// What was expected.
pub fn trusted_proxies(text: &str) -> Result<TrustedProxies, String> {
    const EXPECTED: &str = "expected addresses or CIDR ranges such as 10.0.0.0/8";
    text.parse().map_err(|_| format!("is not a list of networks; {EXPECTED}"))
}

/// A time in seconds.
///
/// # Errors
/// What was expected.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| *seconds <= MAX_SECONDS);
    seconds
        .map(Duration::from_secs)
        .ok_or_else(|| format!("is not a time; expected whole seconds from 0 to {MAX_SECONDS}"))
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
    fn a_default_is_used_only_where_nothing_is_set() {
        assert_eq!(read("PORT", None, port), Ok(3001));
        assert_eq!(read("PORT", Some(b"80"), port), Ok(80));
        let refused = |value| read("PORT", Some(value), port).unwrap_err().to_string();
        assert!(refused(b"").contains("PORT is empty"));
        assert!(refused(b"30\xff01").contains("PORT is not valid UTF-8"));
        for value in ["0", "70000", "-1", "+80x", " 80", "http"] {
            assert!(refused(value.as_bytes()).contains("PORT is not a port"), "{value}");
        }
    }

    #[test]
    fn an_empty_value_means_none_where_there_is_no_default() {
        let text = |text: &str| Ok(text.to_owned());
        assert_eq!(read("SECRET", None, text), Ok(String::new()));
        assert_eq!(read("SECRET", Some(b""), text), Ok(String::new()));
    }

    #[test]
    fn errors_are_reported_together() {
        let mut environment = Environment::new(VARIABLES, |_| Some("x".into()));
        let port = environment.read("PORT", port);
        let secret = environment.read("SECRET", |_| Err::<(), _>("is short".to_owned()));
        let errors = environment.finish(port.zip(secret)).unwrap_err().to_string();
        assert!(errors.contains("PORT is not a port") && errors.contains("SECRET is short"));
    }

    #[test]
    fn no_message_quotes_a_connection_string() {
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
    fn a_number_of_threads_is_positive() {
        assert_eq!(worker_threads(""), Ok(None));
        assert_eq!(worker_threads("2"), Ok(NonZeroUsize::new(2)));
        for text in ["0", "-1", "many", "100000", "18446744073709551616"] {
            assert!(worker_threads(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_is_in_whole_seconds() {
        assert_eq!(seconds("0"), Ok(Duration::ZERO));
        assert_eq!(seconds("10"), Ok(Duration::from_secs(10)));
        for text in ["-1", "1.5", "10s", "3601", ""] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_log_level_is_a_level_or_a_filter() {
        assert_eq!(log_level("info"), Ok("info".to_owned()));
        let message = log_level("warning").unwrap_err();
        assert!(message.contains("error, warn, info, debug, trace or off"), "{message}");
    }
}
