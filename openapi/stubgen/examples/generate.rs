//! Prints the stub of a spec: `cargo run -p openapi-stubgen --example generate -- petstore/petstore.yaml`.

fn main() -> std::process::ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: stub SPEC.yaml");
        return std::process::ExitCode::from(2);
    };
    let made = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}")).and_then(
        |text| openapi_stubgen::stub(&path, &text).map_err(|refusal| refusal.to_string()),
    );
    match made {
        #[expect(clippy::print_stdout, reason = "printing is what it is for")]
        Ok(stub) => {
            println!("{}", stub.rust);
            std::process::ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}
