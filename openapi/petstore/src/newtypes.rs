//! A server generated from `specs/newtypes.yaml`, in which every component is a newtype. It returns
//! what it receives.

use openapi_server::ApiError;

#[allow(clippy::all, reason = "generated")]
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/newtypes.rs"));
}

pub struct Echo;

impl api::Newtypes for Echo {
    type Error = ApiError;

    async fn echo(&self, body: api::Values) -> Result<api::EchoResponse, ApiError> {
        Ok(api::EchoResponse::Ok(body))
    }
}
