//! Starts the product service as the environment says.

use std::process::ExitCode;

use openapi_server::{Command, Shutdown, command, log};
use product_service::api::DESCRIPTION;
use product_service::config::{self, Config};

/// Faster than the system's with many small values, of which requests are made.
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
    product_service::run(config, Shutdown::on_signals()?).await?;
    Ok(())
}
