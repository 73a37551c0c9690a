//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use system::home;

/// Attacks the services of the product order system and checks that they hold.
#[derive(Parser)]
#[command(name = "cargo dev attack", bin_name = "cargo dev attack")]
pub struct Arguments {
    /// Fewer clients and less time, with bounds on time relaxed tenfold: for debug builds
    #[arg(long)]
    pub short: bool,
    /// Only these attacks
    #[arg(long, value_name = "NAME", num_args = 1..)]
    pub only: Vec<String>,
    /// Show the attacks and do nothing
    #[arg(long)]
    pub list: bool,
    /// The folder of the services' programs [default: those of this build]
    #[arg(long, value_name = "FOLDER")]
    pub services: Option<PathBuf>,
    /// How the result is written to standard output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// How the result is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Table,
    /// For programs
    Json,
}

impl Arguments {
    /// Where the services' programs are.
    pub fn services(&self) -> PathBuf {
        self.services.clone().unwrap_or_else(home::programs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_attacks_can_be_several() {
        let line = ["attack", "--only", "a", "b", "--short", "--format", "json"];
        let arguments = Arguments::try_parse_from(line).ok().unwrap();
        assert_eq!(arguments.only, ["a", "b"]);
        assert!(arguments.short && arguments.format == Format::Json);
    }
}
