//! The arguments of `cargo dev attack`.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// Attack the services as hostile clients, databases and upstreams would, and check their bounds
#[derive(Parser)]
#[command(name = "cargo dev attack", bin_name = "cargo dev attack")]
pub struct Arguments {
    /// Use fewer clients and less time, with latency bounds relaxed tenfold, for debug builds
    #[arg(long)]
    pub short: bool,
    /// Run only these attacks
    #[arg(long, value_name = "NAME", num_args = 1..)]
    pub only: Vec<String>,
    /// List the attacks and exit
    #[arg(long)]
    pub list: bool,
    /// Attack the programs in this folder [default: those of this build]
    #[arg(long, value_name = "FOLDER")]
    pub services: Option<PathBuf>,
    /// Format of the report on standard output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Table,
    Json,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_attacks_can_be_named() {
        let line = ["attack", "--only", "a", "b", "--short", "--format", "json"];
        let arguments = Arguments::try_parse_from(line).ok().unwrap();
        assert_eq!(arguments.only, ["a", "b"]);
        assert!(arguments.short && arguments.format == Format::Json);
    }
}
