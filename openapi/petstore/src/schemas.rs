//! A server generated from `specs/schemas.yaml`: schemas that a Rust type cannot express.

use openapi_server::ApiError;

#[allow(clippy::all, reason = "generated")]
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/schemas.rs"));
}

use api::{EchoValueResponse, Schemas, Values};

pub struct Echo;

impl Schemas for Echo {
    type Error = ApiError;

    async fn echo_value(&self, body: Values) -> Result<EchoValueResponse, ApiError> {
        Ok(EchoValueResponse::Ok(body))
    }
}
