//! Contract fuzzing of services that require authorization: as an administrator, as a customer and
//! without credentials.

use system::fuzz::{self, Caller};
use system::scenario::Account;
use system::services::Service;

use super::stack::{Credential, PASSWORD, Stack};
use crate::support::run;

#[test]
fn responses_conform_to_their_spec_with_every_credential() {
    run(async {
        let stack = Stack::start().await;
        let on = stack.new_resources().await;
        let account = Account {
            user_id: on.user.clone(),
            email: on.email,
            password: PASSWORD.to_owned(),
            product_id: on.product,
        };
        let [admin, customer] = [Credential::Admin, Credential::Owner]
            .map(|credential| stack.token(credential, &on.user));
        for (name, caller) in [
            ("admin", Caller::User(&admin)),
            ("customer", Caller::User(&customer)),
            ("anonymous", Caller::Anonymous),
        ] {
            let findings = fuzz::run_as(caller, &account, stack.ports, &Service::ALL, 15).unwrap();
            let (table, failed) = fuzz::table(&findings);
            println!("{name}\n{table}");
            assert!(!failed, "{name}\n{table}");
        }
    });
}
