//! Implements the operations of the spec: converts requests into calls of [`Store`], [`Passwords`]
//! and [`Throttle`], and their results into responses.
//!
//! Bodies and results are taken apart without `..`, so that a new field of the spec does not
//! compile until it is handled here.

mod conversions;

use openapi_server::{Shutdown, chain};

use crate::access;
use crate::api::{self, SecuredOperation};
use crate::auth::{Authenticator, Principal, Role};
use crate::cursor::Cursor;
use crate::error::Error;
use crate::id::Id;
use crate::password::{Attempt, PasswordHash, Passwords, Purpose, client_network};
use crate::readiness::Readiness;
use crate::store::Store;
use crate::throttle::{Throttle, ThrottleKey};
use crate::token::JwtIssuer;
use crate::user::{Account, NewAccount, UserPatch, normalize_email};

const HEALTHY: api::Health = api::Health { status: api::HealthStatus::Healthy };

pub struct Service {
    store: Store,
    readiness: Readiness,
    passwords: Passwords,
    throttle: Throttle,
    /// Whether clients can be distinguished. Without trusted proxies, they may all have the address
    /// of one.
    throttles_clients: bool,
    issuer: JwtIssuer,
    authenticator: Authenticator,
    shutdown: Shutdown,
}

impl Service {
    pub fn new(
        store: Store,
        readiness: Readiness,
        throttle: Throttle,
        issuer: JwtIssuer,
        authenticator: Authenticator,
        shutdown: Shutdown,
    ) -> Self {
        Self {
            store,
            readiness,
            passwords: Passwords::default(),
            throttle,
            throttles_clients: false,
            issuer,
            authenticator,
            shutdown,
        }
    }

    /// Slows down clients that probe which e-mail addresses are registered, if they can be
    /// distinguished.
    #[must_use]
    pub fn throttle_clients(self, throttles_clients: bool) -> Self {
        Self { throttles_clients, ..self }
    }

    /// Registers a user, unless the address is taken.
    async fn register(&self, body: api::NewUser) -> Result<api::User, Error> {
        let api::NewUser { email, password, name } = body;
        let attempt = self.passwords.admit(Purpose::Registration, &normalize_email(&email))?;
        // The unique index decides; this check saves the hash if the address is taken.
        if self.store.find_by_email(&email).await?.is_some() {
            return Err(Error::EmailTaken);
        }
        let password_hash = attempt.hash(String::from(password).into()).await?;
        let new = NewAccount { email: email.into(), password_hash, name: name.into() };
        self.store.insert(new, Role::Customer).await
    }

    /// Fails if an administrator no longer is one: with an earlier token, they could give
    /// themselves the role again.
    async fn check_role(&self, principal: Principal) -> Result<(), Error> {
        let Principal::User { id, role: Role::Admin } = principal else { return Ok(()) };
        match self.store.find(id).await {
            Ok(api::User { role: api::Role::Admin, .. }) => Ok(()),
            Ok(_) | Err(Error::NotFound(_)) => Err(Error::NoLongerAdmin),
            Err(error) => Err(error),
        }
    }

    /// Changes a user.
    async fn change(&self, id: Id, body: api::UserUpdate) -> Result<api::User, Error> {
        let api::UserUpdate { email, password, name, role } = body;
        let email = email.map(String::from);
        let password_hash = match password {
            Some(password) => Some(self.hash_for_update(id, email.as_deref(), password).await?),
            None => None,
        };
        let patch = UserPatch {
            email,
            password_hash,
            name: name.map(Into::into),
            role: role.map(Role::from),
        };
        self.store.update(id, patch).await
    }

    /// Makes a change that fails if an address is taken, unless the current client has tried too
    /// many addresses. Like a log-in, it is counted as failed before it is made.
    async fn throttled<T>(
        &self,
        change: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let Some(key) = self.client_key() else { return change.await };
        self.throttle.begin(key).await?;
        let changed = change.await;
        if !matches!(changed, Err(Error::EmailTaken)) {
            self.withdraw(key).await;
        }
        changed
    }

    /// Takes back an attempt that guessed nothing. If that fails, the client merely has one attempt
    /// less for a while.
    async fn withdraw(&self, key: ThrottleKey) {
        if let Err(error) = self.throttle.withdraw(key).await {
            tracing::warn!(error = chain(&error), "withdrawing an attempt failed");
        }
    }

    /// The user with this address and password.
    async fn verify(
        &self,
        attempt: Attempt<'_>,
        email: &str,
        password: api::LoginPassword,
    ) -> Result<Account, Error> {
        let user = self.store.find_by_email(email).await?;
        let hash = user.as_ref().map(|user| user.password_hash.clone());
        let is_correct = attempt.verify(String::from(password).into(), hash).await?;
        user.filter(|_| is_correct).ok_or(Error::InvalidCredentials)
    }

    /// Identifies the current client, whose attempts are counted.
    fn client_key(&self) -> Option<ThrottleKey> {
        let client = openapi_server::client_address().filter(|_| self.throttles_clients)?;
        Some(ThrottleKey::new("address", &client_network(client).to_string()))
    }

    pub(crate) fn passwords(&self) -> Passwords {
        self.passwords.clone()
    }

    /// Hashes the new password of an update, unless the update cannot succeed anyway. Whether it
    /// succeeds is decided by the update itself.
    async fn hash_for_update(
        &self,
        id: Id,
        email: Option<&str>,
        password: api::Password,
    ) -> Result<PasswordHash, Error> {
        let attempt = self.passwords.admit(Purpose::Change, &id.to_string())?;
        self.store.find(id).await?;
        if let Some(email) = email
            && let Some(user) = self.store.find_by_email(email).await?
            && user.id != id
        {
            return Err(Error::EmailTaken);
        }
        Ok(attempt.hash(String::from(password).into()).await?)
    }
}

impl api::UserService for Service {
    type Error = Error;
    type Principal = Principal;

    async fn authenticate(
        &self,
        operation: SecuredOperation,
        credentials: api::RequestCredentials,
    ) -> Result<Principal, Error> {
        let principal = match credentials {
            api::RequestCredentials::BearerAuth(token) => {
                self.authenticator.token(token.expose_secret()).await?
            }
            api::RequestCredentials::ServiceKey(key) => {
                self.authenticator.service_key(key.expose_secret())?
            }
        };
        access::check(operation, principal)?;
        self.check_role(principal).await?;
        Ok(principal)
    }

    fn open_access(&self) -> Option<Principal> {
        self.authenticator.open_access()
    }

    async fn create_user(&self, body: api::NewUser) -> Result<api::CreateUserResponse, Error> {
        let user = self.throttled(self.register(body)).await?;
        let location = format!("/users/{}", user.id);
        Ok(api::CreateUserResponse::Created { body: user, location })
    }

    async fn list_users(
        &self,
        principal: Principal,
        limit: api::Limit,
        cursor: Option<api::Cursor>,
    ) -> Result<api::ListUsersResponse, Error> {
        // Also while authorization is off.
        access::check(SecuredOperation::ListUsers, principal)?;
        let after = cursor.map(|cursor| Cursor::decode(&cursor).ok_or(Error::InvalidCursor));
        // The spec's limit is positive.
        let page = self.store.list(limit.unsigned_abs(), after.transpose()?).await?;
        let next_cursor = page.next.map(|cursor| cursor.encode().try_into()).transpose()?;
        Ok(api::ListUsersResponse::Ok(api::UserPage { users: page.items, next_cursor }))
    }

    async fn get_user(
        &self,
        principal: Principal,
        id: api::ObjectId,
    ) -> Result<api::GetUserResponse, Error> {
        let id = id.try_into()?;
        access::check_user(SecuredOperation::GetUser, principal, id)?;
        let user = self.store.find(id).await?;
        Ok(api::GetUserResponse::Ok(user))
    }

    async fn update_user(
        &self,
        principal: Principal,
        id: api::ObjectId,
        body: api::UserUpdate,
    ) -> Result<api::UpdateUserResponse, Error> {
        let id = id.try_into()?;
        access::check_user(SecuredOperation::UpdateUser, principal, id)?;
        if body.role.is_some() {
            access::check_role_change(principal)?;
        }
        let has_email = body.email.is_some();
        let change = self.change(id, body);
        let user = if has_email { self.throttled(change).await? } else { change.await? };
        Ok(api::UpdateUserResponse::Ok(user))
    }

    async fn delete_user(
        &self,
        principal: Principal,
        id: api::ObjectId,
    ) -> Result<api::DeleteUserResponse, Error> {
        let id = id.try_into()?;
        access::check_user(SecuredOperation::DeleteUser, principal, id)?;
        self.store.delete(id).await?;
        Ok(api::DeleteUserResponse::NoContent)
    }

    async fn login(&self, body: api::Credentials) -> Result<api::LoginResponse, Error> {
        let api::Credentials { email, password } = body;
        let email = normalize_email(&email);
        let attempt = self.passwords.admit(Purpose::Login, &email)?;
        let key = ThrottleKey::new("login", &email);
        self.throttle.begin(key).await?;
        let verified = self.verify(attempt, &email, password).await;
        if !matches!(verified, Ok(_) | Err(Error::InvalidCredentials)) {
            self.withdraw(key).await;
        }
        let user = verified?;
        self.throttle.forget(key).await?;
        let token = self.issuer.issue(user.id, user.role)?.try_into()?;
        let body = api::Session { token, user_id: user.id.try_into()? };
        Ok(api::LoginResponse::Ok { body, cache_control: api::LoginOkCacheControl::NoStore })
    }

    async fn get_json_web_key_set(&self) -> Result<api::GetJsonWebKeySetResponse, Error> {
        let keys = self.issuer.published_keys().iter().map(api::JsonWebKey::from).collect();
        Ok(api::GetJsonWebKeySetResponse::Ok(api::JsonWebKeySet { keys }))
    }

    async fn check_health(&self) -> Result<api::CheckHealthResponse, Error> {
        self.readiness.ping().await?;
        Ok(api::CheckHealthResponse::Ok(HEALTHY))
    }

    async fn check_liveness(&self) -> Result<api::CheckLivenessResponse, Error> {
        Ok(api::CheckLivenessResponse::Ok(HEALTHY))
    }

    async fn check_readiness(&self) -> Result<api::CheckReadinessResponse, Error> {
        if self.shutdown.is_cancelled() {
            return Err(Error::ShuttingDown);
        }
        self.readiness.check().await?;
        Ok(api::CheckReadinessResponse::Ok(HEALTHY))
    }
}
