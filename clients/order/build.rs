//! Generates the client from the spec from which the server is generated.

#[path = "../patterns.rs"]
mod patterns;

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

const SPEC: &str = "../../openapi/order-service.yaml";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={SPEC}");
    println!("cargo::rerun-if-changed=../patterns.rs");
    let spec: openapiv3::OpenAPI = serde_yaml_ng::from_str(&fs::read_to_string(SPEC)?)?;
    let mut settings = progenitor::GenerationSettings::default();
    settings
        .with_interface(progenitor::InterfaceStyle::Positional)
        .with_inner_type(syn::parse_str("crate::Hooks")?)
        .with_pre_hook_async(syn::parse_str("crate::add_headers")?)
        .with_derive("PartialEq");
    let tokens = progenitor::Generator::new(&settings).generate_tokens(&spec)?;
    let mut client = syn::parse2(tokens)?;
    patterns::simplify(&mut client, &spec);
    let code = prettyplease::unparse(&client);
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("client.rs"), code)?;
    Ok(())
}
