//! A client of the user service, generated from its OpenAPI spec.
