//! A server generated from `specs/paths.yaml`. Each operation answers what its path has matched.

use openapi_server::ApiError;

#[allow(clippy::all, reason = "generated")]
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/paths.rs"));
}

use api::*;

pub struct Echo;

impl Paths for Echo {
    type Error = ApiError;

    async fn get_stations_id(&self, id: String) -> Result<GetStationsIdResponse, ApiError> {
        Ok(GetStationsIdResponse::Ok(format!("station {id}")))
    }

    async fn get_stations_id_json(
        &self,
        id: String,
    ) -> Result<GetStationsIdJsonResponse, ApiError> {
        Ok(GetStationsIdJsonResponse::Ok(format!("station {id} as JSON")))
    }

    async fn get_stations_all_json(&self) -> Result<GetStationsAllJsonResponse, ApiError> {
        Ok(GetStationsAllJsonResponse::Ok("all stations".to_owned()))
    }

    async fn trace_stations_all_json(&self) -> Result<TraceStationsAllJsonResponse, ApiError> {
        Ok(TraceStationsAllJsonResponse::Ok("trace of all stations".to_owned()))
    }

    async fn post_stations_id_restart(
        &self,
        id: String,
    ) -> Result<PostStationsIdRestartResponse, ApiError> {
        Ok(PostStationsIdRestartResponse::Ok(format!("restart of {id}")))
    }

    async fn get_packages_name_version_zip(
        &self,
        name: String,
        version: i64,
    ) -> Result<GetPackagesNameVersionZipResponse, ApiError> {
        Ok(GetPackagesNameVersionZipResponse::Ok(format!("package {name} {version}")))
    }

    async fn get_folder_a_zip_files(
        &self,
        folder: String,
    ) -> Result<GetFolderAZipFilesResponse, ApiError> {
        Ok(GetFolderAZipFilesResponse::Ok(format!("files in {folder}")))
    }

    async fn get_packages_name_zip_files(
        &self,
        name: String,
    ) -> Result<GetPackagesNameZipFilesResponse, ApiError> {
        Ok(GetPackagesNameZipFilesResponse::Ok(format!("files of {name}")))
    }

    async fn get_jcr_root_a_odd_name(
        &self,
        odd_name: String,
    ) -> Result<GetJcrRootAOddNameResponse, ApiError> {
        Ok(GetJcrRootAOddNameResponse::Ok(format!("odd {odd_name}")))
    }

    async fn put_stations_name(&self, name: String) -> Result<PutStationsNameResponse, ApiError> {
        Ok(PutStationsNameResponse::Ok(format!("new station {name}")))
    }

    async fn get_versions_major_minor(
        &self,
        major: i64,
        minor: i64,
    ) -> Result<GetVersionsMajorMinorResponse, ApiError> {
        Ok(GetVersionsMajorMinorResponse::Ok(format!("version {major}.{minor}")))
    }

    async fn own_metrics(&self) -> Result<OwnMetricsResponse, ApiError> {
        Ok(OwnMetricsResponse::Ok("own metrics".to_owned()))
    }

    async fn add_document(&self) -> Result<AddDocumentResponse, ApiError> {
        Ok(AddDocumentResponse::Ok("document added".to_owned()))
    }
}
