//! Generates the server stub from the spec.

fn main() -> Result<(), openapi_stubgen::Error> {
    openapi_stubgen::generate("../../openapi/user-service.yaml")
}
