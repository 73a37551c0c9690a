//! Runs the user service, configured by environment variables.

use std::process::ExitCode;

use openapi_server::{CliAction, CliOption, Shutdown, log, parse_command_line, trace};
use secrecy::ExposeSecret;
use user_service::SigningKey;
use user_service::api::DESCRIPTION;
use user_service::config::{self, Config};

/// Returns memory to the system, whereas the system's allocator keeps 19 MiB for every thread that
/// has ever hashed a password; also faster for many small values.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const GENERATE_KEY: CliOption = CliOption {
    name: "--generate-key",
    summary: "print a new key for JWT_SIGNING_KEY",
    run: generate_key,
};

fn main() -> ExitCode {
    let action = parse_command_line(&DESCRIPTION, &config::help(), config::port, &[GENERATE_KEY]);
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

#[expect(clippy::print_stdout, reason = "the output of --generate-key")]
fn generate_key() -> ExitCode {
    match SigningKey::generate() {
        Ok(key) => {
            print!("{}", key.to_pem().expose_secret());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}: cannot generate a key: {error}", DESCRIPTION.name);
            ExitCode::FAILURE
        }
    }
}

fn start(config: Config) -> Result<(), Box<dyn std::error::Error>> {
    let traces = config.traces.clone().map(|options| trace::init(&DESCRIPTION, options));
    // Ends after the runtime, with the spans of the last requests.
    let _guard = traces.transpose()?;
    openapi_server::runtime(config.worker_threads)?.block_on(async {
        user_service::run(config, Shutdown::on_signals()?).await?;
        Ok(())
    })
}
