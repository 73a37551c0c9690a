//! Prints the code generated from a spec:
//! `cargo run -p openapi-stubgen --example generate -- petstore/petstore.yaml`.

#![allow(clippy::print_stdout, reason = "the output of the program")]

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: generate SPEC.yaml");
        return ExitCode::from(2);
    };
    match generate(&path) {
        Ok(rust) => {
            println!("{rust}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn generate(path: &str) -> Result<String, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    match openapi_stubgen::generate_from_str(path, &text) {
        Ok(generated) => Ok(generated.rust),
        Err(diagnostic) => Err(diagnostic.to_string()),
    }
}
