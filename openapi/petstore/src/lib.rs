//! A server generated from `petstore.yaml`, with a minimal implementation that echoes what it
//! receives, and smaller ones for single themes.

use std::collections::BTreeMap;

pub mod errors;
pub mod files;
pub mod media;
pub mod parameters;
pub mod paths;
pub mod references;
pub mod schemas;
pub mod security;

use openapi_server::ApiError;

pub mod newtypes;

#[allow(clippy::all, reason = "generated")]
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/petstore.rs"));
}

use api::*;

pub struct Store;

/// A client with the token `secret` and, where it is required, the key `key`.
pub struct Client;

impl PetStore for Store {
    type Error = ApiError;
    type Principal = Client;

    async fn authenticate(
        &self,
        _: SecuredOperation,
        credentials: RequestCredentials,
    ) -> Result<Client, ApiError> {
        let (token, key) = match credentials {
            RequestCredentials::BearerAuth(token) => (token, None),
            RequestCredentials::BearerAuthAndAdminKey { bearer_auth, admin_key } => {
                (bearer_auth, Some(admin_key))
            }
        };
        if token.expose_secret() != "secret" {
            Err(ApiError::unauthorized("Invalid token"))
        } else if key.is_some_and(|key| key.expose_secret() != "key") {
            Err(ApiError::unauthorized("Invalid key").with_challenge("ApiKey"))
        } else {
            Ok(Client)
        }
    }

    async fn list_pets(
        &self,
        parameters: ListPetsParameters,
    ) -> Result<ListPetsResponse, ApiError> {
        let ListPetsParameters { limit, tag, ids, sold, max_weight, order, x_trace } = parameters;
        let arguments =
            format!("{limit} {tag:?} {ids:?} {sold} {max_weight:?} {} {x_trace:?}", order.as_str());
        let dog = Dog {
            id: Some(1),
            kind: DogKind::Dog,
            name: arguments,
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

    async fn create_pet(&self, _: Client, body: Pet) -> Result<CreatePetResponse, ApiError> {
        match &body {
            Pet::Cat(cat) if cat.name == "taken" => Err(ApiError::conflict("The name is taken")),
            // A status that the operation does not declare.
            Pet::Cat(cat) if cat.name == "teapot" => Err(ApiError::not_found("cat", "teapot")),
            Pet::Cat(cat) if cat.name == "panic" => panic!("the secret of the cat"),
            Pet::Cat(cat) if cat.name == "stall" => std::future::pending().await,
            _ => Ok(CreatePetResponse::Created { body, location: "/pets/1".into() }),
        }
    }

    async fn get_pet(&self, id: PetId) -> Result<GetPetResponse, ApiError> {
        Err(ApiError::not_found("pet", &id.to_string()))
    }

    async fn replace_notes(
        &self,
        _: Client,
        _: PetId,
        body: Option<Notes>,
    ) -> Result<ReplaceNotesResponse, ApiError> {
        let none = || BTreeMap::from([("none".to_owned(), None)]).try_into();
        let notes = body.map_or_else(none, Ok);
        let notes = notes.map_err(|error| ApiError::internal().with_source(error))?;
        Ok(ReplaceNotesResponse::Ok(notes))
    }

    async fn remove_pet(&self, _: Client, _: PetId) -> Result<RemovePetResponse, ApiError> {
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

    async fn get_label(&self, text: String) -> Result<GetLabelResponse, ApiError> {
        Ok(GetLabelResponse::Ok(text))
    }

    async fn echo(&self, body: Everything) -> Result<EchoResponse, ApiError> {
        Ok(EchoResponse::Ok(body))
    }
}
