//! `openapi-stubgen`: checks OpenAPI specs, generates server stubs from them, and serves them.

#![allow(clippy::print_stdout, reason = "the output of the program")]

mod json;
mod serve;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use openapi_stubgen::{Error, Report, check, escape_controls, generate_into};

/// Check OpenAPI 3.0 specs, generate poem-openapi server stubs from them, and serve mocks.
///
/// Exit codes: 0 without problems, 1 with errors, 2 if the arguments are wrong or a file cannot be
/// read or written.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    action: Action,
    /// The format of the diagnostics. Text goes to standard error, JSON to standard output.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Exit with 1 also if there are `warnings`.
    #[arg(long, global = true, value_enum, value_name = "SEVERITY")]
    deny: Option<Denied>,
}

#[derive(Subcommand)]
enum Action {
    /// Report the problems of specs.
    Check {
        /// The specs, in YAML or JSON.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<String>,
    },
    /// Generate the server stub of a spec: `<stem>.rs` and `<stem>.server.rs`, with `<stem>.json` and
    /// `<stem>.schemas.json`.
    Generate {
        /// The spec, in YAML or JSON.
        file: String,
        /// The folder to write to, which is created if it does not exist.
        #[arg(short, long, value_name = "DIR")]
        output: PathBuf,
    },
    /// Serve a spec on this machine until Ctrl-C: validate requests as a generated server does, and
    /// answer with the examples of the spec, or with values made up from its schemas. Credentials
    /// are not checked. Prints the address of the server.
    Serve {
        /// The spec, in YAML or JSON.
        file: String,
        /// The port to listen on; 0 for any that is free.
        #[arg(short, long, default_value_t = 8080)]
        port: u16,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Each diagnostic with the source line.
    Text,
    /// An array of objects, for editors and CI.
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Denied {
    Warnings,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let reports = match &arguments.action {
        Action::Check { files } => files.iter().map(|file| check(file)).collect(),
        Action::Generate { file, output } => generate(file, output).map(|report| vec![report]),
        Action::Serve { file, port } => serve::serve(file, *port).map(Vec::from_iter),
    };
    match reports {
        Ok(reports) => finish(&arguments, &reports),
        Err(message) => {
            eprintln!("error: {}", escape_controls(&message.to_string()));
            ExitCode::from(2)
        }
    }
}

fn finish(arguments: &Arguments, reports: &[Report]) -> ExitCode {
    match arguments.format {
        Format::Text => {
            for report in reports.iter().filter(|report| !report.is_empty()) {
                eprintln!("{report}\n");
            }
        }
        Format::Json => println!("{:#}", json::diagnostics(reports)),
    }
    let is_denied = |report: &Report| {
        report.errors() > 0 || (arguments.deny.is_some() && report.warnings() > 0)
    };
    if reports.iter().any(is_denied) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Generates the files, unless the spec has errors.
fn generate(file: &str, output: &Path) -> Result<Report, Error> {
    match generate_into(file, output) {
        Err(Error::Spec(report)) => Ok(report),
        result => result,
    }
}
