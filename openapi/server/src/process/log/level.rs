//! Log levels and filters, as operators write them.

/// The error for a text that is neither a level nor a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a log level; expected error, warn, info, debug, trace or off, \
     or a filter such as info,mongodb=debug"
)]
pub struct InvalidLevel;

const LEVELS: [&str; 6] = ["error", "warn", "info", "debug", "trace", "off"];

/// Checks that every directive of a filter ends with a level, as in `info` or `info,mongodb=debug`.
///
/// `EnvFilter` is more permissive: it takes an unknown word for the name of a target, so `warning`
/// would be a valid filter that matches nothing.
///
/// # Errors
/// If a directive has no level, or an unknown one.
pub fn check_level(filter: &str) -> Result<(), InvalidLevel> {
    let has_level = |directive: &str| {
        let level = match directive.rsplit_once('=') {
            Some(("", _)) => return false,
            Some((_, level)) => level,
            None => directive,
        };
        LEVELS.iter().any(|known| known.eq_ignore_ascii_case(level))
    };
    let valid = filter.split(',').all(has_level);
    let parsed = tracing_subscriber::EnvFilter::try_new(filter);
    if valid && parsed.is_ok() { Ok(()) } else { Err(InvalidLevel) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_levels_and_filters_with_levels() {
        for filter in [
            "error",
            "warn",
            "info",
            "debug",
            "trace",
            "off",
            "INFO",
            "info,mongodb=debug",
            "off,mongodb::client=trace,hyper=warn",
            "info,[request{a=1}]=debug",
        ] {
            assert_eq!(check_level(filter), Ok(()), "{filter}");
        }
    }

    #[test]
    fn rejects_unknown_levels_and_directives_without_one() {
        for filter in [
            "",
            "warning",
            "fatal",
            "verbose",
            "3",
            "info ",
            " info",
            "info,",
            ",",
            "info,warning",
            "mongodb",
            "mongodb=",
            "=debug",
            "=",
            "mongodb=loud",
            "info;debug",
            "a=b=c",
            "a=b=info=",
            "[request{a=1}]",
            "info,[request",
            "loud=very=",
        ] {
            assert_eq!(check_level(filter), Err(InvalidLevel), "{filter}");
        }
    }
}
