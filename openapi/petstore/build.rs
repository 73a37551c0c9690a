use std::env;
use std::path::PathBuf;

use openapi_stubgen::{Error, generate_into};

#[path = "build/names.rs"]
mod names;

/// Most of these specs have, on purpose, what gets a warning. A build need not show that.
const SPECS: [&str; 10] = [
    "petstore.yaml",
    "specs/errors.yaml",
    "specs/files.yaml",
    "specs/media.yaml",
    "specs/newtypes.yaml",
    "specs/parameters.yaml",
    "specs/paths.yaml",
    "specs/references.yaml",
    "specs/schemas.yaml",
    "specs/security.yaml",
];

fn main() -> Result<(), Error> {
    let out_dir = PathBuf::from(env::var_os("OUT_DIR").ok_or(Error::NoOutDir)?);
    for spec in SPECS {
        println!("cargo::rerun-if-changed={spec}");
        let warnings = generate_into(spec, &out_dir)?;
        for file in warnings.other_files() {
            println!("cargo::rerun-if-changed={file}");
        }
    }
    names::generate()
}
