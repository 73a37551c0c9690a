//! Runs the user service, configured by environment variables.

use std::process::ExitCode;

use openapi_server::{CliAction, Shutdown, log, parse_command_line};
use user_service::api::DESCRIPTION;
use user_service::config::{self, Config};

/// Returns memory to the system, whereas the system's allocator keeps 19 MiB for every thread that
/// has ever hashed a password; also faster for many small values.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    if let CliAction::Exit(code) = parse_command_line(&DESCRIPTION, &config::help(), config::port) {
        return code;
    }
    let config = match Config::from_env() {
        Ok(config) => config,
        Err(errors) => {
            eprintln!("{}: {errors}", DESCRIPTION.name);
            return ExitCode::from(2);
        }
    };
    let _guard = match log::init(DESCRIPTION.name, &config.log_level) {
        Ok(guard) => guard,
        Err(error) => {
            eprintln!("{}: {error}", DESCRIPTION.name);
            return ExitCode::FAILURE;
        }
    };
    match start(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = %openapi_server::chain(&*error), "service failed");
            ExitCode::FAILURE
        }
    }
}

fn start(config: Config) -> Result<(), Box<dyn std::error::Error>> {
    openapi_server::runtime(config.worker_threads)?.block_on(async {
        user_service::run(config, Shutdown::on_signals()?).await?;
        Ok(())
    })
}
