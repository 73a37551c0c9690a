//! A client of the order service, generated from its OpenAPI spec.
