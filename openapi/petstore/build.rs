#[path = "build/names.rs"]
mod names;

fn main() -> Result<(), openapi_stubgen::Error> {
    openapi_stubgen::generate("petstore.yaml")?;
    openapi_stubgen::generate("specs/errors.yaml")?;
    openapi_stubgen::generate("specs/newtypes.yaml")?;
    openapi_stubgen::generate("specs/media.yaml")?;
    openapi_stubgen::generate("specs/parameters.yaml")?;
    openapi_stubgen::generate("specs/security.yaml")?;
    openapi_stubgen::generate("specs/schemas.yaml")?;
    names::generate()
}
