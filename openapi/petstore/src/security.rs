//! A server generated from `specs/security.yaml`. It answers with who sent the request.

use openapi_server::{ApiError, StatusCode};

#[allow(clippy::all, reason = "generated")]
pub mod api {
    include!(concat!(env!("OUT_DIR"), "/security.rs"));
}

use api::*;

/// The implementation.
#[derive(Debug, Default)]
pub struct Vault {
    /// Whether credentials are not looked at.
    pub is_open: bool,
}

/// The token, user, key or signature, with the scopes that were required of it. Those that begin
/// with `bad` are refused, and `outsider` may do nothing.
#[derive(Debug)]
pub struct Caller(String);

impl TheVault for Vault {
    type Error = ApiError;
    type Principal = Caller;

    async fn authenticate(
        &self,
        operation: SecuredOperation,
        credentials: RequestCredentials,
    ) -> Result<Caller, ApiError> {
        use RequestCredentials::*;
        let caller = match &credentials {
            BearerAuth(token) => token.expose_secret().to_owned(),
            ServiceKey(key) | QueryKey(key) | Session(key) => key.expose_secret().to_owned(),
            BasicAuth(login) => format!("{} {}", login.username(), login.expose_password()),
            Signature(signature) => signature.expose_secret().to_owned(),
            Oauth(token) | OpenId(token) => {
                format!("{} {}", token.expose_secret(), token.scopes().join(","))
            }
            ServiceKeyAndSession { service_key, session } => {
                format!("{} {}", service_key.expose_secret(), session.expose_secret())
            }
            BasicAuthAndQueryKeyAndSession { basic_auth, query_key, session } => format!(
                "{} {} {}",
                basic_auth.username(),
                query_key.expose_secret(),
                session.expose_secret()
            ),
        };
        if caller.starts_with("bad") {
            Err(ApiError::unauthorized("The credentials are wrong"))
        } else if caller.starts_with("outsider") {
            let message = format!("{} is not allowed", operation.id());
            Err(ApiError::new(StatusCode::FORBIDDEN, "FORBIDDEN", message))
        } else {
            Ok(Caller(caller))
        }
    }

    fn open_access(&self) -> Option<Caller> {
        self.is_open.then(|| Caller("anyone".to_owned()))
    }

    async fn write_document(
        &self,
        Caller(caller): Caller,
        id: i64,
        _: Option<bool>,
        body: WriteDocumentBody,
    ) -> Result<WriteDocumentResponse, ApiError> {
        Ok(WriteDocumentResponse::Ok(format!("{caller} wrote {id}: {}", body.text)))
    }

    async fn read_open(&self) -> Result<ReadOpenResponse, ApiError> {
        Ok(ReadOpenResponse::Ok("unknown".to_owned()))
    }

    async fn read_basic(&self, Caller(caller): Caller) -> Result<ReadBasicResponse, ApiError> {
        Ok(ReadBasicResponse::Ok(caller))
    }

    async fn read_signed(&self, Caller(caller): Caller) -> Result<ReadSignedResponse, ApiError> {
        Ok(ReadSignedResponse::Ok(caller))
    }

    async fn read_by_query(&self, Caller(caller): Caller) -> Result<ReadByQueryResponse, ApiError> {
        Ok(ReadByQueryResponse::Ok(caller))
    }

    async fn read_by_cookie(
        &self,
        Caller(caller): Caller,
    ) -> Result<ReadByCookieResponse, ApiError> {
        Ok(ReadByCookieResponse::Ok(caller))
    }

    async fn read_scoped(&self, Caller(caller): Caller) -> Result<ReadScopedResponse, ApiError> {
        Ok(ReadScopedResponse::Ok(caller))
    }

    async fn read_optional(
        &self,
        caller: Option<Caller>,
    ) -> Result<ReadOptionalResponse, ApiError> {
        let caller = caller.map_or_else(|| "anonymous".to_owned(), |Caller(caller)| caller);
        Ok(ReadOptionalResponse::Ok(caller))
    }

    async fn read_all(&self, Caller(caller): Caller) -> Result<ReadAllResponse, ApiError> {
        Ok(ReadAllResponse::Ok(caller))
    }
}
