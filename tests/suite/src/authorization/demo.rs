//! What `cargo dev demo --auth` runs.

use system::scenario::{self, Clients};

use super::stack::{ADMIN_EMAIL, PASSWORD, Stack};
use crate::support::run;

#[test]
fn demo_succeeds_where_authorization_is_required() {
    run(async {
        let stack = Stack::start().await;
        let clients = Clients::new(stack.ports).unwrap();
        clients.sign_in_admin(ADMIN_EMAIL, PASSWORD).await.unwrap();
        let rows = scenario::run(&clients).await.unwrap();
        assert!(rows.len() > 8, "{rows:?}");
    });
}

#[test]
fn demo_needs_an_administrator_where_authorization_is_required() {
    run(async {
        let stack = Stack::start().await;
        let error = scenario::run(&Clients::new(stack.ports).unwrap()).await.unwrap_err();
        assert!(error.to_string().contains("POST /products"), "{error}");
    });
}
