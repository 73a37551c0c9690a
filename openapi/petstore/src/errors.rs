//! A server generated from `specs/errors.yaml`. The pet's id, or its name, decides the outcome.

use openapi_server::{ApiError, StatusClass, StatusCode, Value};
use serde_json::json;

#[allow(clippy::all, reason = "generated")]
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/errors.rs"));
}

use api::*;

pub struct Pets;

impl Errors for Pets {
    type Error = ApiError;

    fn error_to_problem(&self, error: &ApiError) -> Problem {
        Problem {
            title: error.body().error.message.clone(),
            status: error.status().as_u16().into(),
            detail: None,
            at: None,
        }
    }

    fn error_to_failure(&self, error: &ApiError) -> Failure {
        let code = error.body().error.code.clone().into_owned();
        Failure { code, cause: self.error_to_problem(error) }
    }

    fn error_to_body(&self, error: &ApiError) -> Value {
        json!({ "reason": error.body().error.message })
    }

    async fn get_pet(&self, id: i64) -> Result<GetPetResponse, ApiError> {
        let problem = || self.error_to_problem(&ApiError::conflict("Sold"));
        match id {
            404 => Err(ApiError::not_found("pet", "404")),
            409 => Err(ApiError::conflict("Sold")),
            410 => Ok(GetPetResponse::ClientError {
                status: StatusClass::code::<410>(),
                body: problem(),
                x_hint: Some("gone".to_owned()),
            }),
            502 => Ok(GetPetResponse::Default {
                status: StatusCode::BAD_GATEWAY,
                body: Failure { code: "UPSTREAM".to_owned(), cause: problem() },
            }),
            // Statuses that other responses are declared for.
            1 => Ok(GetPetResponse::ClientError {
                status: StatusClass::code::<404>(),
                body: problem(),
                x_hint: None,
            }),
            2 => Ok(GetPetResponse::Default {
                status: StatusCode::OK,
                body: Failure { code: "NONE".to_owned(), cause: problem() },
            }),
            500 => panic!("a bug"),
            _ => Ok(GetPetResponse::Ok("Tom".to_owned())),
        }
    }

    async fn add_pet(&self, body: AddPetBody) -> Result<AddPetResponse, ApiError> {
        match body.name.as_str() {
            "taken" => Err(ApiError::conflict("The name is taken")),
            // A status that the operation does not declare.
            "teapot" => Err(ApiError::not_found("cat", "teapot")),
            "later" => Ok(AddPetResponse::Success { status: StatusClass::code::<202>() }),
            _ => Ok(AddPetResponse::Success { status: StatusClass::code::<201>() }),
        }
    }

    async fn r#move(&self) -> Result<MoveResponse, ApiError> {
        Ok(MoveResponse::Found { location: "/pets/1".to_owned() })
    }

    async fn count(&self) -> Result<CountResponse, ApiError> {
        Ok(CountResponse::Ok(1))
    }
}
