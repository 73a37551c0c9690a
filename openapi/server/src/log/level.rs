//! What may be said about which lines are logged.

/// The text is neither a level nor a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a log level; expected error, warn, info, debug, trace or off, \
     or a filter such as info,mongodb=debug"
)]
pub struct InvalidLevel;

const LEVELS: [&str; 6] = ["error", "warn", "info", "debug", "trace", "off"];

/// Whether every directive of a filter ends with a level: `info` or `info,mongodb=debug`.
///
/// `EnvFilter` takes a word that it does not know as the name of a target, so that `warning` would
/// be a valid filter which lets nothing through.
///
/// # Errors
/// If one does not.
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
    fn levels_and_filters_whose_directives_have_one_are_valid() {
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
    fn words_that_are_no_level_are_refused() {
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
