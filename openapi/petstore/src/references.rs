//! A server generated from `specs/references.yaml` and its files.

use openapi_server::ApiError;

#[allow(clippy::all, reason = "generated")]
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/references.rs"));
}

use api::*;

pub struct Pets;

fn named(name: String) -> Pet {
    Pet { name, parent: None, toy: None }
}

impl References for Pets {
    type Error = ApiError;

    fn error_to_problem(&self, error: &ApiError) -> Problem {
        Problem { title: error.body().error.message.clone() }
    }

    async fn add_pet(&self, body: Pet) -> Result<AddPetResponse, ApiError> {
        Ok(AddPetResponse::Created(body))
    }

    async fn get_pet(&self, id: i64) -> Result<GetPetResponse, ApiError> {
        Ok(GetPetResponse::Ok(named(format!("pet {id}"))))
    }

    async fn get_animals_id(&self, id: i64) -> Result<GetAnimalsIdResponse, ApiError> {
        Ok(GetAnimalsIdResponse::Ok(named(format!("animal {id}"))))
    }

    async fn add_tag(&self, body: ToyTag) -> Result<AddTagResponse, ApiError> {
        Ok(AddTagResponse::Created(Toy { tag: body, owner: None }))
    }

    async fn get_labels(
        &self,
        limit: Option<Limit>,
        max: Option<Limit>,
    ) -> Result<GetLabelsResponse, ApiError> {
        let count = limit.or(max).map_or(1, i64::from);
        let labels: Vec<String> = (0..count).map(|label| label.to_string()).collect();
        let labels = labels.try_into().map_err(|_| ApiError::internal())?;
        Ok(GetLabelsResponse::Ok(labels))
    }
}
