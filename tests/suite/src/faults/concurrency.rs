//! Simultaneous requests that conflict.

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{new_email, new_order, new_product, new_user, orders, run, users};

#[test]
fn one_of_fifty_concurrent_registrations_succeeds() {
    run(async {
        let email = new_email();
        let register = async |index: usize| {
            let email = if index.is_multiple_of(2) { email.clone() } else { email.to_uppercase() };
            let name = format!("User {index}");
            let user = json!({ "email": email, "password": "long enough", "name": name });
            users().post("/users", user).await.status
        };
        let mut statuses = join_all((0..50).map(register)).await;
        statuses.sort_unstable();
        assert_eq!((statuses[0], &statuses[1..]), (201, &[409; 49][..]));
    });
}

#[test]
fn concurrent_status_updates_are_linearizable() {
    run(async {
        let id = new_order(&new_user().await, &[&new_product(1.0).await]).await;
        let path = format!("/orders/{id}/status");
        let targets = ["processing", "completed", "cancelled", "pending"];
        let update = async |index: usize| {
            let target = targets[index % targets.len()];
            let response = orders().put(&path, json!({ "status": target })).await;
            assert!([200, 409].contains(&response.status), "{target}: {}", response.body);
            (target, response.status == 200)
        };
        let outcomes = join_all((0..200).map(update)).await;
        let order = orders().get(&format!("/orders/{id}")).await.assert_status(200);
        let last = order["status"].as_str().unwrap();
        assert!(["completed", "cancelled"].contains(&last), "{last}");
        let other = if last == "completed" { "cancelled" } else { "completed" };
        // Setting the final status succeeds whenever it happens; the other final one never does.
        for (target, succeeded) in outcomes {
            if target == last || target == other {
                assert_eq!(succeeded, target == last, "{target} before {last}");
            }
        }
    });
}
