fn main() -> Result<(), openapi_stubgen::Error> {
    openapi_stubgen::generate("petstore.yaml")
}
