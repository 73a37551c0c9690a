//! Generates the server stub from the spec.

fn main() -> Result<(), openapi_stubgen::Error> {
    openapi_stubgen::generate_denying_warnings("../../openapi/user-service.yaml")
}
