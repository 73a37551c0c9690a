//! The generated clients with the real services: their operations and every kind of error.

use order_client::types as order;
use product_client::types as product;
use serde_json::json;
use system::scenario::{self, Clients};
use user_client::types as user;

use crate::support::{
    NO_ID, SYSTEM, new_email, new_order, new_order_id, new_product, new_user, reserving_ports, run,
};

fn clients() -> Clients {
    Clients::new(SYSTEM.ports).unwrap()
}

#[test]
fn demo_succeeds() {
    let clients = Clients::new(reserving_ports()).unwrap();
    let rows = run(scenario::run(&clients)).unwrap();
    assert_eq!(rows.len(), 14);
}

/// The status and the code of a declared error.
macro_rules! declared {
    ($outcome:expr) => {
        match $outcome {
            Err(progenitor_client::Error::ErrorResponse(response)) => {
                (response.status().as_u16(), response.error.code)
            }
            other => panic!("expected a declared error, found: {other:?}"),
        }
    };
}

#[test]
fn client_manages_users() {
    run(async {
        let clients = clients().users;
        let id: user::ObjectId = new_user().await.parse().unwrap();
        let none: user::ObjectId = NO_ID.parse().unwrap();
        let read = clients.get_user(&id).await.unwrap().into_inner();
        let change = user::UserUpdate {
            name: Some("Ada King".parse().unwrap()),
            ..user::UserUpdate::default()
        };
        assert_eq!(*clients.update_user(&id, &change).await.unwrap().name, "Ada King");
        assert_eq!(
            declared!(clients.update_user(&none, &change).await),
            (404, user::ErrorCode::NotFound)
        );
        let again = user::NewUser {
            email: read.email,
            password: "long enough".parse().unwrap(),
            name: read.name.parse().unwrap(),
        };
        assert_eq!(declared!(clients.create_user(&again).await), (409, user::ErrorCode::Conflict));
        let unknown = user::Credentials {
            email: new_email().parse().unwrap(),
            password: "x".parse().unwrap(),
        };
        assert_eq!(declared!(clients.login(&unknown).await), (401, user::ErrorCode::Unauthorized));
        let nothing = user::UserUpdate::default();
        assert_eq!(
            declared!(clients.update_user(&id, &nothing).await),
            (400, user::ErrorCode::ValidationError)
        );
        // Only administrators may, and without authorization there are none.
        assert_eq!(
            declared!(clients.list_users(None, None).await),
            (403, user::ErrorCode::Forbidden)
        );
        let keys = clients.get_json_web_key_set().await.unwrap().into_inner().keys;
        assert_eq!(keys.len(), 1);
        clients.delete_user(&id).await.unwrap();
        assert_eq!(declared!(clients.get_user(&id).await), (404, user::ErrorCode::NotFound));
        assert_eq!(declared!(clients.delete_user(&id).await), (404, user::ErrorCode::NotFound));
        clients.check_health().await.unwrap();
        clients.check_liveness().await.unwrap();
        clients.check_readiness().await.unwrap();
    });
}

#[test]
fn client_manages_products() {
    run(async {
        let clients = clients().products;
        let id: product::ObjectId = new_product(0.1).await.parse().unwrap();
        let change = product::ProductUpdate {
            price: Some(product::Price(0.3)),
            ..product::ProductUpdate::default()
        };
        assert_eq!(*clients.update_product(&id, &change).await.unwrap().price, 0.3);
        let wrong = product::ProductUpdate { price: Some(product::Price(-1.0)), ..change.clone() };
        assert_eq!(
            declared!(clients.update_product(&id, &wrong).await),
            (400, product::ErrorCode::ValidationError)
        );
        let delta = product::StockAdjustment { delta: product::StockDelta(-2), reason: None };
        assert_eq!(*clients.adjust_stock(&id, &delta).await.unwrap().stock, 1);
        assert_eq!(
            declared!(clients.adjust_stock(&id, &delta).await),
            (409, product::ErrorCode::OutOfStock)
        );
        let listed = clients.list_products(None, None).await.unwrap().into_inner();
        assert!(!listed.products.is_empty());
        // An invalid cursor does not parse.
        assert!("AAAA".parse::<product::Cursor>().is_err());
        clients.delete_product(&id).await.unwrap();
        assert_eq!(declared!(clients.get_product(&id).await), (404, product::ErrorCode::NotFound));
        assert_eq!(
            declared!(clients.update_product(&id, &change).await),
            (404, product::ErrorCode::NotFound)
        );
        assert_eq!(
            declared!(clients.delete_product(&id).await),
            (404, product::ErrorCode::NotFound)
        );
        clients.check_health().await.unwrap();
        clients.check_liveness().await.unwrap();
        clients.check_readiness().await.unwrap();
    });
}

#[test]
fn client_reserves_fulfils_and_releases() {
    run(async {
        let clients = clients().products;
        let id = new_product(0.1).await;
        let order: product::ObjectId = new_order_id().parse().unwrap();
        let reservation = |quantity: i64| -> product::NewReservation {
            let items = json!([{ "productId": id, "quantity": quantity }]);
            serde_json::from_value(json!({ "items": items })).unwrap()
        };
        assert_eq!(
            declared!(clients.reserve_products(&order, &reservation(4)).await),
            (409, product::ErrorCode::OutOfStock)
        );
        let held = clients.reserve_products(&order, &reservation(2)).await.unwrap().into_inner();
        assert_eq!(clients.get_reservation(&order).await.unwrap().into_inner(), held);
        let listed = clients.list_reservations(None, None, None, None).await.unwrap().into_inner();
        assert!(!listed.reservations.is_empty());
        let fulfilment = product::Fulfilment { holds: vec![held.items[0].hold_id.clone()] };
        clients.fulfil_reservation(&order, &fulfilment).await.unwrap();
        assert_eq!(
            declared!(clients.get_reservation(&order).await),
            (404, product::ErrorCode::NotFound)
        );
        clients.release_reservation(&order).await.unwrap();
    });
}

#[test]
fn client_manages_orders() {
    run(async {
        let clients = clients().orders;
        let user = new_user().await;
        let tea = new_product(1.5).await;
        let id: order::ObjectId = new_order(&user, &[&tea]).await.parse().unwrap();
        let none: order::ObjectId = NO_ID.parse().unwrap();
        let to = |status| order::OrderStatusUpdate { status };
        let done =
            clients.update_order_status(&id, &to(order::OrderStatus::Completed)).await.unwrap();
        assert_eq!(done.status, order::OrderStatus::Completed);
        let back = clients.update_order_status(&id, &to(order::OrderStatus::Pending)).await;
        assert_eq!(declared!(back), (409, order::ErrorCode::Conflict));
        let missing = clients.update_order_status(&none, &to(order::OrderStatus::Pending)).await;
        assert_eq!(declared!(missing), (404, order::ErrorCode::NotFound));
        assert_eq!(declared!(clients.get_order(&none).await), (404, order::ErrorCode::NotFound));
        let empty = order::NewOrder { user_id: none.clone(), items: vec![] };
        assert_eq!(
            declared!(clients.create_order(None, &empty).await),
            (400, order::ErrorCode::ValidationError)
        );
        let item = order::NewOrderItem {
            product_id: tea.parse().unwrap(),
            quantity: order::Quantity(2.try_into().unwrap()),
        };
        let unknown = order::NewOrder { user_id: none, items: vec![item] };
        assert_eq!(
            declared!(clients.create_order(None, &unknown).await),
            (404, order::ErrorCode::NotFound)
        );
        let owner = user.parse().unwrap();
        let listed = clients.list_orders_by_user(&owner, None, None).await.unwrap().into_inner();
        assert_eq!(listed.orders.len(), 1);
        let vast = new_product(f64::MAX).await;
        let item = order::NewOrderItem {
            product_id: vast.parse().unwrap(),
            quantity: order::Quantity(2.try_into().unwrap()),
        };
        let vast = order::NewOrder { user_id: user.parse().unwrap(), items: vec![item] };
        assert_eq!(
            declared!(clients.create_order(None, &vast).await),
            (422, order::ErrorCode::Unprocessable)
        );
        assert!("AAAA".parse::<order::Cursor>().is_err());
        clients.check_health().await.unwrap();
        clients.check_liveness().await.unwrap();
        clients.check_readiness().await.unwrap();
    });
}

/// The body of a declared error.
fn envelope<E: std::fmt::Debug, T: std::fmt::Debug>(
    outcome: Result<T, progenitor_client::Error<E>>,
) -> E {
    match outcome {
        Err(progenitor_client::Error::ErrorResponse(response)) => response.into_inner(),
        other => panic!("expected a declared error, found: {other:?}"),
    }
}

#[test]
fn error_details_are_typed() {
    run(async {
        let users = clients().users;
        let orders = clients().orders;
        let id: user::ObjectId = new_user().await.parse().unwrap();
        let nothing = user::UserUpdate::default();
        let details = envelope(users.update_user(&id, &nothing).await).error.details.unwrap();
        let [fault] = details.fields.as_slice() else { panic!("{details:?}") };
        assert_eq!((fault.in_, fault.rule.as_str()), (user::FieldLocation::Body, "minProperties"));

        let none: user::ObjectId = NO_ID.parse().unwrap();
        let details = envelope(users.get_user(&none).await).error.details.unwrap();
        assert_eq!(details.resource, Some(user::ErrorResource::User));
        assert_eq!(details.id.as_deref(), Some(NO_ID));

        let id: order::ObjectId = new_order(&id, &[&new_product(1.5).await]).await.parse().unwrap();
        let to = |status| order::OrderStatusUpdate { status };
        orders.update_order_status(&id, &to(order::OrderStatus::Completed)).await.unwrap();
        let back = orders.update_order_status(&id, &to(order::OrderStatus::Pending)).await;
        let details = envelope(back).error.details.unwrap();
        assert_eq!(details.from, Some(order::OrderStatus::Completed));
        assert_eq!(details.to, Some(order::OrderStatus::Pending));
    });
}

#[test]
fn clients_can_remove_a_description() {
    run(async {
        let clients = clients().products;
        let new = json!({
            "name": "Teapot", "description": "Short and stout.", "price": 1, "stock": 1,
        });
        let new: product::NewProduct = serde_json::from_value(new).unwrap();
        let id = clients.create_product(&new).await.unwrap().into_inner().id;
        let change = product::ProductUpdate {
            description: Some(product::ProductDescriptionUpdate(None)),
            ..product::ProductUpdate::default()
        };
        let changed = clients.update_product(&id, &change).await.unwrap().into_inner();
        assert_eq!(changed.description, None);
    });
}
