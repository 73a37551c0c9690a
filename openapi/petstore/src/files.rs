//! A server generated from `specs/files.yaml`: files that compositions describe. It answers with
//! the content that it receives.

use openapi_server::{ApiError, ByteStream, File};

#[allow(clippy::all, reason = "generated")]
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/files.rs"));
}

use api::*;

pub struct Echo;

impl Files for Echo {
    type Error = ApiError;

    async fn attach(&self, body: AttachBody) -> Result<AttachResponse, ApiError> {
        let AttachBody { title, file, url, additional_properties } = body;
        let file = content(file);
        let text = format!("{title} {file:?} {url:?} {additional_properties:?}");
        Ok(AttachResponse::Ok(text))
    }

    async fn scan(&self, body: ScanBody) -> Result<ScanResponse, ApiError> {
        let ScanBody { file, pages, additional_properties } = body;
        let (file, pages) = (content(file), content(pages.into_iter().flatten()));
        Ok(ScanResponse::Ok(format!("{file:?} {pages:?} {additional_properties:?}")))
    }

    async fn add_cover(&self, body: AddCoverBody) -> Result<AddCoverResponse, ApiError> {
        let debug = format!("{body:?}");
        let AddCoverBody { title, file, pages, additional_properties: others } = body;
        let is_redacted = !debug.contains("1234") && others.contains_key("pin");
        let (file, pages) = (content([file]), content(pages.into_iter().flatten()));
        let count = others.get("count");
        let text = format!("{title} {file:?} {pages:?} {count:?} {is_redacted}");
        Ok(AddCoverResponse::Ok(text))
    }

    async fn add_media(&self, body: AddMediaBody) -> Result<AddMediaResponse, ApiError> {
        let AddMediaBody { file, additional_properties } = body;
        let file = content(file);
        Ok(AddMediaResponse::Ok(format!("{file:?} {additional_properties:?}")))
    }

    async fn add_bundle(
        &self,
        body: std::collections::BTreeMap<String, File>,
    ) -> Result<AddBundleResponse, ApiError> {
        let names: Vec<String> = body.keys().cloned().collect();
        let files = content(body.into_values());
        Ok(AddBundleResponse::Ok(format!("{names:?} {files:?}")))
    }

    async fn add_untyped(&self, body: AddUntypedBody) -> Result<AddUntypedResponse, ApiError> {
        let AddUntypedBody { file } = body;
        Ok(AddUntypedResponse::Ok(format!("{:?}", content([file]))))
    }

    async fn add_raw(&self, body: ByteStream) -> Result<AddRawResponse, ApiError> {
        let body = body.collect(1_000).await?;
        Ok(AddRawResponse::Ok(format!("{} bytes", body.len())))
    }
}

fn content(files: impl IntoIterator<Item = File>) -> Vec<Vec<u8>> {
    files.into_iter().map(|file| file.content.to_vec()).collect()
}
