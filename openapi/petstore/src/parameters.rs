//! A server generated from `specs/parameters.yaml`, which echoes what it receives.

use std::collections::BTreeMap;

use openapi_server::ApiError;
use serde_json::json;

#[allow(clippy::all, reason = "generated")]
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/parameters.rs"));
}

use api::*;

pub struct Echo;

impl Parameters for Echo {
    type Error = ApiError;

    async fn get_matrix(
        &self,
        parameters: GetMatrixParameters,
    ) -> Result<GetMatrixResponse, ApiError> {
        let GetMatrixParameters { text, list, items, color, paint } = parameters;
        Ok(GetMatrixResponse::Ok(
            json!({ "text": text, "list": list, "items": items, "color": color, "paint": paint }),
        ))
    }

    async fn get_label(
        &self,
        parameters: GetLabelParameters,
    ) -> Result<GetLabelResponse, ApiError> {
        let GetLabelParameters { text, list, items, color, paint } = parameters;
        Ok(GetLabelResponse::Ok(
            json!({ "text": text, "list": list, "items": items, "color": color, "paint": paint }),
        ))
    }

    async fn get_simple(
        &self,
        parameters: GetSimpleParameters,
    ) -> Result<GetSimpleResponse, ApiError> {
        let GetSimpleParameters { text, list, color, paint } = parameters;
        Ok(GetSimpleResponse::Ok(
            json!({ "text": text, "list": list, "color": color, "paint": paint }),
        ))
    }

    async fn get_form(&self, parameters: GetFormParameters) -> Result<GetFormResponse, ApiError> {
        let GetFormParameters { text, list, items, color, paint } = parameters;
        Ok(GetFormResponse::Ok(
            json!({ "text": text, "list": list, "items": items, "color": color, "paint": paint }),
        ))
    }

    async fn get_delimited(
        &self,
        parameters: GetDelimitedParameters,
    ) -> Result<GetDelimitedResponse, ApiError> {
        let GetDelimitedParameters { spaces, pipes, color, paint, items } = parameters;
        Ok(GetDelimitedResponse::Ok(
            json!({ "spaces": spaces, "pipes": pipes, "color": color, "paint": paint, "items": items }),
        ))
    }

    async fn get_deep(&self, parameters: GetDeepParameters) -> Result<GetDeepResponse, ApiError> {
        let GetDeepParameters { color, filter, created } = parameters;
        Ok(GetDeepResponse::Ok(json!({ "color": color, "filter": filter, "created": created })))
    }

    async fn get_json(&self, parameters: GetJsonParameters) -> Result<GetJsonResponse, ApiError> {
        let GetJsonParameters { color, x_color, note } = parameters;
        Ok(GetJsonResponse::Ok(json!({ "color": color, "x_color": x_color, "note": note })))
    }

    async fn get_cookies(
        &self,
        parameters: GetCookiesParameters,
    ) -> Result<GetCookiesResponse, ApiError> {
        let GetCookiesParameters { session, list, items, color, paint } = parameters;
        Ok(GetCookiesResponse::Ok(
            json!({ "session": session, "list": list, "items": items, "color": color, "paint": paint }),
        ))
    }

    async fn get_types(
        &self,
        parameters: GetTypesParameters,
    ) -> Result<GetTypesResponse, ApiError> {
        let GetTypesParameters { version, words, limited, level, verbose, any } = parameters;
        Ok(GetTypesResponse::Ok(
            json!({ "version": version, "words": words, "limited": limited, "level": level, "verbose": verbose, "any": any }),
        ))
    }

    async fn get_open(
        &self,
        limit: Option<i64>,
        counts: Option<BTreeMap<String, i64>>,
    ) -> Result<GetOpenResponse, ApiError> {
        Ok(GetOpenResponse::Ok(json!({ "limit": limit, "counts": counts })))
    }

    async fn get_nested(
        &self,
        paints: Vec<Color>,
        x_paints: Option<BTreeMap<String, Color>>,
    ) -> Result<GetNestedResponse, ApiError> {
        Ok(GetNestedResponse::Ok(json!({ "paints": paints, "x_paints": x_paints })))
    }

    async fn find_nested(&self, paint: Option<Vec<Color>>) -> Result<FindNestedResponse, ApiError> {
        Ok(FindNestedResponse::Ok(json!(paint)))
    }

    async fn get_headers(
        &self,
        parameters: GetHeadersParameters,
    ) -> Result<GetHeadersResponse, ApiError> {
        let GetHeadersParameters { x_list, x_color, x_paint } = parameters;
        let body = json!({ "list": x_list, "color": x_color, "paint": x_paint });
        let x_json = x_list.clone();
        Ok(GetHeadersResponse::Ok { body, x_list, x_color, x_paint, x_json })
    }
}
