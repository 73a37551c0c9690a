//! Every operation of the specs with every kind of credential.

use std::collections::BTreeMap;

use openapi_server::ApiDescription;
use reqwest::Method;
use serde_json::{Value, json};
use system::services::Service;

use super::stack::{Credential, PASSWORD, Resources, Stack, new_id};
use crate::api::access;
use crate::support::{Access, NO_ID, Response, new_email, run};

fn expected_status(access: &Access, credential: Credential) -> u16 {
    let [owner, other, admin, service] = access.statuses;
    match credential {
        Credential::Owner => owner,
        Credential::OtherCustomer => other,
        Credential::Admin => admin,
        Credential::ServiceKey => service,
        // Operations that need no credentials ignore them.
        _ => access.anonymous.unwrap_or(401),
    }
}

struct Operation {
    service: Service,
    id: String,
    method: Method,
    path: String,
}

fn operations() -> Vec<Operation> {
    let documents: [(Service, &ApiDescription); 3] = [
        (Service::User, &user_service::api::DESCRIPTION),
        (Service::Product, &product_service::api::DESCRIPTION),
        (Service::Order, &order_service::api::DESCRIPTION),
    ];
    let mut found = Vec::new();
    for (service, description) in documents {
        let spec: Value = serde_json::from_str(description.spec_json).unwrap();
        for (path, item) in spec["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let Some(id) = operation["operationId"].as_str() else { continue };
                let method = method.to_uppercase().parse().unwrap();
                found.push(Operation { service, id: id.to_owned(), method, path: path.clone() });
            }
        }
    }
    found
}

impl Operation {
    /// A valid request.
    async fn send(&self, stack: &Stack, on: &Resources, credential: Credential) -> Response {
        let id = match self.service {
            Service::User => &on.user,
            Service::Product => &on.product,
            Service::Order => &on.order,
        };
        let path = self.path.replace("{id}", id).replace("{userId}", &on.user);
        let path = path.replace("{orderId}", &on.reservation);
        let (method, body) = (self.method.clone(), self.body(on));
        stack.send(self.service, method, path, body, credential, &on.user).await
    }

    fn body(&self, on: &Resources) -> Option<Value> {
        let items = json!([{ "productId": on.product, "quantity": 1 }]);
        Some(match self.id.as_str() {
            "createUser" => json!({ "email": new_email(), "password": PASSWORD, "name": "Ada" }),
            "updateUser" => json!({ "name": "Ada King" }),
            "login" => json!({ "email": on.email, "password": PASSWORD }),
            "createProduct" => json!({ "name": "Cup", "price": 1, "stock": 1 }),
            "updateProduct" => json!({ "name": "Mug" }),
            "adjustStock" => json!({ "delta": 1 }),
            "reserveProducts" => json!({ "items": items }),
            "fulfilReservation" => json!({ "holds": [new_id()] }),
            "createOrder" => json!({ "userId": on.user, "items": items }),
            "updateOrderStatus" => json!({ "status": "cancelled" }),
            _ => return None,
        })
    }
}

/// Tries every operation with every credential; `expected` has the status of each response.
async fn assert_statuses(stack: &Stack, expected: impl Fn(&Access, &Operation, Credential) -> u16) {
    let rows: BTreeMap<_, _> = access().collect();
    let shared = stack.new_resources().await;
    let mut wrong = Vec::new();
    let mut cells = 0;
    for operation in operations() {
        let row = rows.get(operation.id.as_str());
        let row = row.unwrap_or_else(|| panic!("{} has no row", operation.id));
        for credential in Credential::ALL {
            let expected = expected(row, &operation, credential);
            // What is allowed may change the resources.
            let is_change = operation.method != Method::GET && expected < 300;
            let fresh = if is_change { Some(stack.new_resources().await) } else { None };
            let on = fresh.as_ref().unwrap_or(&shared);
            let response = operation.send(stack, on, credential).await;
            cells += 1;
            if response.status != expected {
                let (id, status) = (&operation.id, response.status);
                wrong.push(format!("{id} {credential:?}: {status}, expected {expected}"));
            }
            if response.status == 401 {
                assert_challenge(&response, credential);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(cells, Credential::ALL.len() * operations().len());
}

#[test]
fn operations_are_allowed_exactly_to_those_in_the_table() {
    run(async {
        let stack = Stack::start().await;
        assert_statuses(&stack, |row, _, credential| expected_status(row, credential)).await;
    });
}

#[test]
fn every_operation_but_listing_users_is_open_while_authorization_is_off() {
    run(async {
        let stack = Stack::start_open().await;
        let expected = |row: &Access, operation: &Operation, _| match operation.id.as_str() {
            "listUsers" => 403,
            _ => row.success(),
        };
        assert_statuses(&stack, expected).await;
    });
}

fn assert_challenge(response: &Response, credential: Credential) {
    let challenge = response.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.starts_with("Bearer"), "{challenge}");
    let has_token = !matches!(credential, Credential::None | Credential::WrongServiceKey);
    assert_eq!(challenge.contains("invalid_token"), has_token, "{credential:?}: {challenge}");
}

#[test]
fn resources_of_others_look_like_missing_ones() {
    run(async {
        let stack = Stack::start().await;
        let on = stack.new_resources().await;
        for (service, foreign, path) in
            [(Service::User, &on.user, "/users"), (Service::Order, &on.order, "/orders")]
        {
            let get = async |id: &str| {
                let path = format!("{path}/{id}");
                let other = Credential::OtherCustomer;
                let response = stack.send(service, Method::GET, path, None, other, &on.user).await;
                response.assert_status(404).to_string().replace(id, "ID")
            };
            assert_eq!(get(foreign).await, get(NO_ID).await, "{path}");
        }
    });
}

#[test]
fn credentials_are_checked_before_parameters_and_body() {
    run(async {
        let stack = Stack::start().await;
        let on = stack.new_resources().await;
        for (service, path) in [(Service::User, "/users/x?y=1"), (Service::Order, "/orders/x?y=1")]
        {
            let path = path.to_owned();
            let send = async |credential| {
                stack.send(service, Method::GET, path.clone(), None, credential, &on.user).await
            };
            send(Credential::None).await.assert_status(401);
            send(Credential::Expired).await.assert_status(401);
            send(Credential::Owner).await.assert_status(400);
        }
        let body = Some(json!("nonsense"));
        let (method, path) = (Method::POST, "/products".to_owned());
        let customer = Credential::Owner;
        let response = stack.send(Service::Product, method, path, body, customer, &on.user).await;
        assert_eq!(response.code(403), "FORBIDDEN");
    });
}

#[test]
fn customers_only_cancel_what_is_pending() {
    run(async {
        let stack = Stack::start().await;
        let on = stack.new_resources().await;
        let set = async |status: &str, credential| {
            let (path, body) =
                (format!("/orders/{}/status", on.order), json!({ "status": status }));
            let put = Method::PUT;
            stack.send(Service::Order, put, path, Some(body), credential, &on.user).await
        };
        for status in ["processing", "completed", "pending"] {
            assert_eq!(set(status, Credential::Owner).await.code(403), "FORBIDDEN", "{status}");
        }
        set("processing", Credential::Admin).await.assert_status(200);
        set("cancelled", Credential::Owner).await.assert_status(403);
        set("cancelled", Credential::Admin).await.assert_status(200);
        // Repeating a change is not a change.
        set("cancelled", Credential::Owner).await.assert_status(200);
    });
}
