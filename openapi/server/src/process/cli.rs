//! The command line that all services share. The environment configures them; the command line only
//! queries them.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use crate::description::ApiDescription;

/// What to do after the command line has been parsed.
#[derive(Debug)]
pub enum CliAction {
    /// Serve; there were no arguments.
    Serve,
    /// Exit; the arguments have been dealt with.
    Exit(ExitCode),
}

/// An option of one service, besides those of all.
#[derive(Debug, Clone, Copy)]
pub struct CliOption {
    /// `--generate-key`, say.
    pub name: &'static str,
    /// One line for `--help`.
    pub summary: &'static str,
    /// Runs the option.
    pub run: fn() -> ExitCode,
}

/// Parses the command line and carries out `--help`, `--version` and `--health`. `environment`
/// documents the service's variables, one per line; `port` is the one that it serves on; `options`
/// are those that the service adds.
#[expect(clippy::print_stdout, reason = "the output of --help and --version")]
pub fn parse_command_line(
    description: &ApiDescription,
    environment: &str,
    port: impl FnOnce() -> Option<u16>,
    options: &[CliOption],
) -> CliAction {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => return CliAction::Serve,
        ["--help" | "-h"] => println!("{}", help(description, environment, options)),
        ["--version" | "-V"] => println!("{} {}", description.name, description.version),
        ["--health"] => return CliAction::Exit(health(port())),
        [name] if let Some(option) = options.iter().find(|option| option.name == *name) => {
            return CliAction::Exit((option.run)());
        }
        _ => {
            eprintln!(
                "{}: unknown option: {}\n\n{}",
                description.name,
                arguments.join(" "),
                help(description, environment, options)
            );
            return CliAction::Exit(ExitCode::from(2));
        }
    }
    CliAction::Exit(ExitCode::SUCCESS)
}

fn help(description: &ApiDescription, environment: &str, options: &[CliOption]) -> String {
    let ApiDescription { name, title, version, .. } = description;
    let health = ("--health", "check that the service is running; exits with 0 or 1");
    let added = options.iter().map(|option| (option.name, option.summary));
    let rows: Vec<_> = std::iter::once(health).chain(added).collect();
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let usage: String = rows.iter().map(|(name, _)| format!(" | {name}")).collect();
    let rows: String =
        rows.iter().map(|(name, summary)| format!("  {name:width$}   {summary}\n")).collect();
    format!(
        "{title} {version}\n\n\
         Usage: {name} [--help | --version{usage}]\n\n{rows}\n\
         Without options, it serves requests. Environment variables:\n\n{environment}"
    )
}

/// Requests `/health/live` from this machine, for containers without a shell.
fn health(port: Option<u16>) -> ExitCode {
    let Some(port) = port else {
        eprintln!("invalid PORT; expected a port number");
        return ExitCode::FAILURE;
    };
    match status_line(port) {
        Ok(line) if line.starts_with("HTTP/1.1 200 ") => ExitCode::SUCCESS,
        Ok(line) => {
            eprintln!("not healthy: {line}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("not healthy: port {port}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn status_line(port: u16) -> std::io::Result<String> {
    const LIMIT: Duration = Duration::from_secs(2);
    let mut stream =
        TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    stream
        .write_all(b"GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
    let mut start = [0; 64];
    let read = stream.read(&mut start)?;
    let text = String::from_utf8_lossy(&start[..read]);
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
