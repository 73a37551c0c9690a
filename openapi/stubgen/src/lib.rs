//! Turns an OpenAPI 3.0 spec into poem-openapi server stubs at build time.
