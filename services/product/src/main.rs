//! Runs the product service, configured by environment variables.

use std::process::ExitCode;

use openapi_server::{CliAction, Shutdown, log, parse_command_line, trace};
use product_service::api::DESCRIPTION;
use product_service::config::{self, Config};

/// Faster than the system's allocator for the many small values of a request.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let action = parse_command_line(&DESCRIPTION, &config::help(), config::port, &[]);
    if let CliAction::Exit(code) = action {
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
    let traces = config.traces.clone().map(|options| trace::init(&DESCRIPTION, options));
    // Ends after the runtime, with the spans of the last requests.
    let _guard = traces.transpose()?;
    openapi_server::runtime(config.worker_threads)?.block_on(async {
        product_service::run(config, Shutdown::on_signals()?).await?;
        Ok(())
    })
}
