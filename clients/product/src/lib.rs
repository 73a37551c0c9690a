//! A client of the product service, generated from its OpenAPI spec.
