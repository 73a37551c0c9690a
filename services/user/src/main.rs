//! Starts the user service as the environment says.

use std::process::ExitCode;

use openapi_server::{CliAction, Shutdown, log, parse_command_line};
use user_service::api::DESCRIPTION;
use user_service::config::{self, Config};

/// Gives memory back: the system's allocator keeps 19 MiB for each thread that
/// has ever hashed a password, and is slower with many small values besides.
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
        Ok(flush) => flush,
        Err(error) => {
            eprintln!("{}: {error}", DESCRIPTION.name);
            return ExitCode::FAILURE;
        }
    };
    match start(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = %openapi_server::chain(&*error), "cannot go on");
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
