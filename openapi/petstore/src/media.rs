//! A server generated from `specs/media.yaml`, which echoes what it receives.

use openapi_server::{ApiError, ByteStream, TypedStream, Value};

#[allow(clippy::all, reason = "generated")]
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/media.rs"));
}

use api::*;

pub struct Echo;

impl Media for Echo {
    type Error = ApiError;

    async fn add_note(&self, body: AddNoteBody) -> Result<AddNoteResponse, ApiError> {
        Ok(AddNoteResponse::Ok(match body {
            AddNoteBody::Json(note) | AddNoteBody::Form(note) => AddNoteOkBody::VndNoteJson(note),
            AddNoteBody::Text(text) => AddNoteOkBody::Text(text),
            AddNoteBody::Xml(text) => AddNoteOkBody::Text(format!("XML: {text}")),
            AddNoteBody::Binary(bytes) => AddNoteOkBody::Binary(bytes),
        }))
    }

    async fn patch_note(&self, body: Option<PatchNoteBody>) -> Result<PatchNoteResponse, ApiError> {
        Ok(PatchNoteResponse::NoContent { x_text: body.and_then(|patch| patch.text) })
    }

    async fn send_form(&self, body: Form) -> Result<SendFormResponse, ApiError> {
        Ok(SendFormResponse::Ok(body))
    }

    async fn upload(&self, body: UploadBody) -> Result<UploadResponse, ApiError> {
        let UploadBody { title, count, meta, file, pages, cover: _ } = body;
        let pages: Vec<usize> =
            pages.unwrap_or_default().iter().map(|page| page.content.len()).collect();
        let stars = meta.and_then(|note| note.stars);
        Ok(UploadResponse::Ok(format!("{title} {count} {stars:?} {file:?} {pages:?}")))
    }

    async fn get_image(&self, name: String) -> Result<GetImageResponse, ApiError> {
        // `text` is not an image, which is a bug.
        let content_type = if name == "text" { "text/plain" } else { "image/png" }.to_owned();
        Ok(GetImageResponse::Ok(TypedStream { content_type, content: ByteStream::from(name) }))
    }

    async fn put_image(&self, _: String, body: TypedStream) -> Result<PutImageResponse, ApiError> {
        let bytes = body.content.collect(100_000).await?;
        Ok(PutImageResponse::Ok(format!("{} {}", body.content_type, bytes.len())))
    }

    async fn remove_image(&self, _: String) -> Result<RemoveImageResponse, ApiError> {
        Ok(RemoveImageResponse::Ok(3))
    }

    async fn send_any(&self, body: Option<Value>) -> Result<SendAnyResponse, ApiError> {
        Ok(SendAnyResponse::Ok(body.unwrap_or_default()))
    }
}
