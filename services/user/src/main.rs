//! Starts the user service as the environment says.

use std::process::ExitCode;

use openapi_server::{Command, Shutdown, command, log};
use user_service::api::DESCRIPTION;
use user_service::config::{self, Config};

/// Gives memory back: the system's allocator keeps 19 MiB for each thread that
/// has ever hashed a password, and is slower with many small values besides.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    if let Command::Exit(code) = command(&DESCRIPTION, config::HELP, config::port) {
        return code;
    }
    let config = match Config::from_env() {
        Ok(config) => config,
        Err(mistakes) => {
            eprintln!("{}: {mistakes}", DESCRIPTION.name);
            return ExitCode::from(2);
        }
    };
    match start(config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = %openapi_server::chain(&*error), "cannot go on");
            ExitCode::FAILURE
        }
    }
}

async fn start(config: Config) -> Result<(), Box<dyn std::error::Error>> {
    log::init(DESCRIPTION.name, &config.log_level)?;
    user_service::run(config, Shutdown::on_signals()?).await?;
    Ok(())
}
