//! Signs in, and reads the own profile with the token: how the calls of a client carry one. The
//! clients of the other services take it in the same way.
//!
//! ```sh
//! EMAIL=ada@example.com PASSWORD='correct horse' cargo run --package user-client --example own_profile
//! ```

use std::env;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::{Context, Result};
use user_client::types::Credentials;
use user_client::{Client, Hooks};

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the result of the example")]
async fn main() -> Result<()> {
    let url = env::var("USER_SERVICE_URL").unwrap_or_else(|_| "http://localhost:3001".to_owned());
    let credentials = Credentials {
        email: env::var("EMAIL").context("EMAIL is not set")?.try_into()?,
        password: env::var("PASSWORD").context("PASSWORD is not set")?.try_into()?,
    };

    // Each call asks for the token; the first one is made before there is any.
    let token = Arc::new(OnceLock::new());
    let current = Arc::clone(&token);
    let hooks = Hooks::default().with_token(move || current.get().cloned());
    let http = reqwest::Client::builder().timeout(Duration::from_secs(10)).build()?;
    let client = Client::new_with_client(&url, http, hooks);

    let session = client.login(&credentials).await.context("cannot sign in")?.into_inner();
    token.get_or_init(|| session.token.to_string());

    let me = client.get_user(&session.user_id).await.context("cannot read the profile")?;
    println!("{} <{}>, {}", *me.name, *me.email, me.role);
    Ok(())
}
