//! The token that the calls of a client carry, once its user has signed in.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use user_client::types::Credentials;

use super::{failed, valid};

#[derive(Clone, Default)]
pub struct Session(Arc<Mutex<Option<String>>>);

impl Session {
    /// Signs in; returns the user's id and the token.
    pub async fn sign_in(
        &self,
        users: &user_client::Client,
        email: &str,
        password: &str,
    ) -> Result<(String, String)> {
        let credentials = Credentials { email: valid(email)?, password: valid(password)? };
        let session = users.login(&credentials).await.map_err(failed("POST /auth/login"))?;
        let token = session.token.to_string();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
        Ok((session.user_id.to_string(), token))
    }

    /// The token of a call; none before the user has signed in.
    pub fn token(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
