//! A server generated from `petstore.yaml`, with the smallest implementation
//! that lets tests see what came through.

use openapi_server::ApiError;

/// Generated from `petstore.yaml`.
#[allow(clippy::all, reason = "generated")]
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/petstore.rs"));
}

use api::*;

/// Answers with what it was asked.
pub struct Store;

/// Whoever has the token `secret`, or the key `key`.
pub struct Someone;

impl PetStore for Store {
    type Error = ApiError;
    type BearerAuth = Someone;
    type AdminKey = Someone;
    type QueryKey = Someone;

    async fn bearer_auth(&self, credential: &str) -> Result<Someone, ApiError> {
        if credential == "secret" {
            Ok(Someone)
        } else {
            Err(ApiError::unauthorized("No such token"))
        }
    }

    async fn admin_key(&self, credential: &str) -> Result<Someone, ApiError> {
        if credential == "key" {
            Ok(Someone)
        } else {
            Err(ApiError::unauthorized("No such key").with_challenge("ApiKey"))
        }
    }

    async fn query_key(&self, credential: &str) -> Result<Someone, ApiError> {
        self.admin_key(credential).await
    }

    async fn list_pets(
        &self,
        limit: i32,
        tag: Option<Vec<Tag>>,
        ids: Option<Vec<i64>>,
        sold: bool,
        max_weight: Option<f64>,
        order: ListPetsOrder,
        x_trace: Option<String>,
    ) -> Result<ListPetsResponse, ApiError> {
        let said =
            format!("{limit} {tag:?} {ids:?} {sold} {max_weight:?} {} {x_trace:?}", order.as_str());
        let dog = Dog {
            id: Some(1),
            kind: DogKind::Dog,
            name: said,
            pin: Some("1234".into()),
            tricks: None,
            puppies: None,
        };
        Ok(ListPetsResponse::Ok {
            body: vec![Pet::Dog(dog)],
            x_total: 7,
            x_next: tag.and_then(|tags| tags.into_iter().next()),
        })
    }

    async fn create_pet(&self, _: Someone, body: Pet) -> Result<CreatePetResponse, ApiError> {
        match &body {
            Pet::Cat(cat) if cat.name == "taken" => Err(ApiError::conflict("There is such a cat")),
            // Not declared by the spec.
            Pet::Cat(cat) if cat.name == "teapot" => Err(ApiError::not_found("cat", "teapot")),
            Pet::Cat(cat) if cat.name == "panic" => panic!("the secret of the cat"),
            Pet::Cat(cat) if cat.name == "stall" => std::future::pending().await,
            _ => Ok(CreatePetResponse::Created { body, location: "/pets/1".into() }),
        }
    }

    async fn get_pet(&self, id: PetId) -> Result<GetPetResponse, ApiError> {
        Err(ApiError::not_found("pet", &id.0.to_string()))
    }

    async fn replace_notes(
        &self,
        _: Someone,
        _: PetId,
        body: Option<Notes>,
    ) -> Result<ReplaceNotesResponse, ApiError> {
        Ok(ReplaceNotesResponse::Ok(body.unwrap_or(Notes([("none".to_owned(), None)].into()))))
    }

    async fn remove_pet(
        &self,
        _: Someone,
        _: Someone,
        _: PetId,
    ) -> Result<RemovePetResponse, ApiError> {
        Ok(RemovePetResponse::NoContent)
    }

    async fn ping(
        &self,
        x_colours: Option<Vec<Tag>>,
        depth: i32,
    ) -> Result<PingResponse, ApiError> {
        let x_count = x_colours.map_or(0, |colours| colours.len() as i64);
        Ok(PingResponse::NoContent { x_count, x_depth: depth })
    }

    async fn ping_guarded(&self, _: Someone) -> Result<PingGuardedResponse, ApiError> {
        Ok(PingGuardedResponse::NoContent)
    }

    async fn get_label(&self, text: String) -> Result<GetLabelResponse, ApiError> {
        Ok(GetLabelResponse::Ok(text))
    }

    async fn echo(&self, body: Everything) -> Result<EchoResponse, ApiError> {
        Ok(EchoResponse::Ok(body))
    }
}
