//! The operations of the spec: what each one means, and nothing of how it is
//! transported or stored.

use std::str::FromStr;

use mongodb::Database;
use mongodb::bson::oid::ObjectId as Oid;
use openapi_server::Shutdown;
use secrecy::{ExposeSecret, SecretSlice};

use crate::api::{self, *};
use crate::database;
use crate::error::Error;
use crate::password::{Passwords, Purpose};
use crate::readiness::Readiness;
use crate::store::{self, Changes, Store};
use crate::token::Tokens;

/// The user service.
pub struct Service {
    database: Database,
    readiness: Readiness,
    store: Store,
    passwords: Passwords,
    tokens: Tokens,
    shutdown: Shutdown,
}

impl Service {
    /// A service on a database that is prepared.
    pub fn new(database: &Database, jwt_secret: &SecretSlice<u8>, shutdown: Shutdown) -> Self {
        Self {
            database: database.clone(),
            readiness: Readiness::new(database),
            store: Store::new(database),
            passwords: Passwords::default(),
            tokens: Tokens::new(jwt_secret.expose_secret()),
            shutdown,
        }
    }

    /// Whether an update can succeed, before a password is hashed for it. The update itself
    /// decides.
    async fn check_update(&self, id: Oid, email: Option<&Email>) -> Result<(), Error> {
        self.store.find(id).await?;
        let Some(email) = email else { return Ok(()) };
        match self.store.find_by_email(&email.0).await? {
            Some(other) if other.id != id => Err(Error::EmailTaken),
            _ => Ok(()),
        }
    }
}

impl UserService for Service {
    type Error = Error;

    async fn create_user(&self, body: NewUser) -> Result<CreateUserResponse, Error> {
        let attempt = self.passwords.admit(Purpose::Registration, &store::key(&body.email.0))?;
        // The unique index decides; looking first spares the hash of what it would refuse.
        if self.store.find_by_email(&body.email.0).await?.is_some() {
            return Err(Error::EmailTaken);
        }
        let password = attempt.hash(body.password.0).await?;
        let user = self.store.insert(body.email.0, password, body.name.0).await?;
        let location = format!("/users/{}", user.id);
        Ok(CreateUserResponse::Created { body: user.into(), location })
    }

    async fn get_user(&self, id: ObjectId) -> Result<GetUserResponse, Error> {
        let user = self.store.find(oid(&id)?).await?;
        Ok(GetUserResponse::Ok(user.into()))
    }

    async fn update_user(
        &self,
        id: ObjectId,
        body: UserUpdate,
    ) -> Result<UpdateUserResponse, Error> {
        let id = oid(&id)?;
        let password = match body.password {
            Some(password) => {
                let attempt = self.passwords.admit(Purpose::Change, &id.to_hex())?;
                self.check_update(id, body.email.as_ref()).await?;
                Some(attempt.hash(password.0).await?)
            }
            None => None,
        };
        let (email, name) = (body.email.map(|email| email.0), body.name.map(|name| name.0));
        let user = self.store.update(id, Changes { email, password, name }).await?;
        Ok(UpdateUserResponse::Ok(user.into()))
    }

    async fn delete_user(&self, id: ObjectId) -> Result<DeleteUserResponse, Error> {
        self.store.delete(oid(&id)?).await?;
        Ok(DeleteUserResponse::NoContent)
    }

    async fn login(&self, body: Credentials) -> Result<LoginResponse, Error> {
        let attempt = self.passwords.admit(Purpose::Login, &store::key(&body.email.0))?;
        let user = self.store.find_by_email(&body.email.0).await?;
        let hash = user.as_ref().map(|user| user.password.clone());
        let right = attempt.verify(body.password.0, hash).await?;
        let user = user.filter(|_| right).ok_or(Error::WrongCredentials)?;
        let user_id = user.id.to_hex();
        let token = Token(self.tokens.issue(&user_id)?);
        let body = Session { token, user_id: ObjectId(user_id) };
        Ok(LoginResponse::Ok { body, cache_control: LoginOkCacheControl::NoStore })
    }

    async fn check_health(&self) -> Result<CheckHealthResponse, Error> {
        database::ping(&self.database).await?;
        Ok(CheckHealthResponse::Ok(HEALTHY))
    }

    async fn check_liveness(&self) -> Result<CheckLivenessResponse, Error> {
        Ok(CheckLivenessResponse::Ok(HEALTHY))
    }

    async fn check_readiness(&self) -> Result<CheckReadinessResponse, Error> {
        if self.shutdown.is_cancelled() {
            return Err(Error::ShuttingDown);
        }
        self.readiness.check().await?;
        Ok(CheckReadinessResponse::Ok(HEALTHY))
    }
}

const HEALTHY: Health = Health { status: HealthStatus::Healthy };

/// The spec's pattern lets through exactly what MongoDB takes as an id.
fn oid(id: &ObjectId) -> Result<Oid, Error> {
    Oid::from_str(&id.0).map_err(|_| Error::NotFound(id.0.clone()))
}

impl From<store::User> for api::User {
    fn from(user: store::User) -> Self {
        Self {
            id: ObjectId(user.id.to_hex()),
            email: Email(user.email),
            name: UserName(user.name),
            created_at: Timestamp(openapi_server::timestamp(user.created_at.to_system_time())),
        }
    }
}
