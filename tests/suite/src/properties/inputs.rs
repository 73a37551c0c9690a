//! Strategies for inputs, as general as the properties require.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::from_spec::{Special, object, text};

/// Any name.
pub fn name() -> impl Strategy<Value = String> {
    text()
}

/// Any string of at least eight characters.
pub fn password() -> impl Strategy<Value = String> {
    prop::collection::vec(any::<char>(), 8..40).prop_map(String::from_iter)
}

/// A valid e-mail address (RFC 5321). It is random, so that it is not registered even when proptest
/// repeats a value.
pub fn email() -> impl Strategy<Value = String> {
    let atom = "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]{1,10}";
    let local = prop::collection::vec(atom, 1..3).prop_map(|atoms| atoms.join("."));
    // `--` as the third and fourth character is reserved (RFC 5890), as in `xn--`.
    let label = "[a-zA-Z0-9]([a-zA-Z0-9-]{0,8}[a-zA-Z0-9])?"
        .prop_filter("no reserved label", |label: &String| label.get(2..4) != Some("--"));
    let domain = prop::collection::vec(label, 1..4).prop_map(|labels| labels.join("."));
    (local, domain, "[a-zA-Z]{2,6}").prop_map(|(local, domain, top)| {
        format!("{local}.{:016x}@{domain}.{top}", fastrand::u64(..))
    })
}

/// Any positive price that JSON can represent; common ones more often.
pub fn price() -> impl Strategy<Value = f64> {
    prop_oneof![
        (1u64..100_000_000, 0i32..5).prop_map(|(digits, scale)| decimal(digits, scale)),
        proptest::num::f64::POSITIVE
            .prop_filter("a number", |price| price.is_finite() && *price > 0.0),
        proptest::num::f64::POSITIVE | proptest::num::f64::SUBNORMAL,
    ]
    .prop_filter("a number above zero", |price| price.is_finite() && *price > 0.0)
}

fn decimal(digits: u64, scale: i32) -> f64 {
    format!("{digits}e-{scale}").parse().unwrap()
}

/// A valid user, whose address is not registered.
pub fn user() -> impl Strategy<Value = Value> {
    let special: Special = |name| match name {
        "email" => Some(email().prop_map(Value::from).boxed()),
        "password" => Some(password().prop_map(Value::from).boxed()),
        _ => None,
    };
    object(&user_service::api::DESCRIPTION, "NewUser", special).prop_map(Value::from)
}

/// The values of a property named `price`: doubles need more care than the schema suggests.
fn price_field(name: &str) -> Option<BoxedStrategy<Value>> {
    (name == "price").then(|| price().prop_map(Value::from).boxed())
}

/// A valid product with any of its optional fields.
pub fn product() -> impl Strategy<Value = Value> {
    object(&product_service::api::DESCRIPTION, "NewProduct", price_field).prop_map(Value::from)
}

/// A valid change of a product, which removes a field whose value is null.
pub fn product_change() -> impl Strategy<Value = Map<String, Value>> {
    object(&product_service::api::DESCRIPTION, "ProductUpdate", price_field)
        .prop_filter("at least one field", |change| !change.is_empty())
}

/// An id that no resource has, in upper and lower case.
pub fn object_id() -> impl Strategy<Value = String> {
    // The first eight digits are a time: seconds of the years 2099 to 2106.
    "[fF][3-9a-fA-F][0-9a-fA-F]{22}"
}

/// One to twenty items of a few products, some of which repeat.
pub fn order_items() -> impl Strategy<Value = Vec<(String, i32)>> {
    prop::collection::vec(object_id(), 1..8).prop_flat_map(|ids| {
        prop::collection::vec((prop::sample::select(ids), 1..=1_000_000), 1..=20)
    })
}

/// The content of an order. Prices are digits and scale, so that the test computes totals in
/// integers while the service uses decimals.
#[derive(Debug, Clone)]
pub struct Basket {
    products: Vec<(u64, u32)>,
    /// Indexes of products with quantities; products may repeat.
    pub items: Vec<(usize, i32)>,
    /// A single piece of any price, instead of products.
    single: Option<f64>,
}

/// One to twenty items, or a single piece of any price.
pub fn basket() -> impl Strategy<Value = Basket> {
    let several =
        prop::collection::vec((1u64..1_000_000, 0u32..5), 1..6).prop_flat_map(|products| {
            let items = prop::collection::vec((0..products.len(), 1i32..=10_000), 1..=20);
            (Just(products), items).prop_map(|(products, items)| Basket {
                products,
                items,
                single: None,
            })
        });
    let single = price().prop_map(|price| Basket {
        products: vec![],
        items: vec![(0, 1)],
        single: Some(price),
    });
    prop_oneof![3 => several, 1 => single]
}

impl Basket {
    pub fn prices(&self) -> Vec<f64> {
        let listed = self.products.iter().map(|(digits, scale)| decimal(*digits, *scale as i32));
        self.single.into_iter().chain(listed).collect()
    }

    /// The exact total, computed in ten-thousandths.
    pub fn total(&self) -> f64 {
        if let Some(price) = self.single {
            return price;
        }
        let amount = |(index, quantity): &(usize, i32)| {
            let (digits, scale) = self.products[*index];
            u128::from(digits) * 10u128.pow(4 - scale) * u128::from(quantity.unsigned_abs())
        };
        let total: u128 = self.items.iter().map(amount).sum();
        format!("{total}e-4").parse().unwrap()
    }
}

/// A request with one fault: service, whether it is PUT, path and body.
pub fn invalid_request() -> impl Strategy<Value = (usize, bool, String, Value)> {
    let id = "665f1c2ab7e4d90012a3b4c5";
    let user = json!({ "email": "ada@example.com", "password": "long enough", "name": "Ada" });
    let login = json!({ "email": "ada@example.com", "password": "long enough" });
    let product = json!({ "name": "Cup", "description": "Small", "price": 0.1, "stock": 1 });
    let order = json!({ "userId": id, "items": [{ "productId": id, "quantity": 1 }] });
    let status = json!({ "status": "pending" });
    let endpoints = vec![
        (0, false, "/users".to_owned(), user.clone(), true),
        (0, true, format!("/users/{id}"), user, false),
        (0, false, "/auth/login".to_owned(), login, true),
        (1, false, "/products".to_owned(), product.clone(), true),
        (1, true, format!("/products/{id}"), product, false),
        (2, false, "/orders".to_owned(), order, true),
        (2, true, format!("/orders/{id}/status"), status, true),
    ];
    (prop::sample::select(endpoints), any::<prop::sample::Index>(), fault(), name()).prop_map(
        |((service, put, path, mut body, all_required), field, fault, unknown)| {
            let map = body.as_object_mut().unwrap();
            let keys: Vec<String> =
                map.keys().filter(|key| *key != "description").cloned().collect();
            apply_fault(map, &keys[field.index(keys.len())], fault, unknown, all_required);
            (service, put, path, body)
        },
    )
}

#[derive(Debug, Clone)]
enum Fault {
    Missing,
    Unknown,
    Value(Value),
}

fn fault() -> impl Strategy<Value = Fault> {
    let wrong = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        Just(json!({})),
        Just(json!([])),
        Just(json!([1])),
        Just(json!("")),
        (i64::MIN..0).prop_map(Value::from),
        proptest::num::f64::NEGATIVE
            .prop_filter("JSON", |number| number.is_finite() && *number < 0.0)
            .prop_map(Value::from),
        Just(json!({ "a": 0 })),
    ];
    prop_oneof![1 => Just(Fault::Missing), 1 => Just(Fault::Unknown), 4 => wrong.prop_map(Fault::Value)]
}

fn apply_fault(
    map: &mut Map<String, Value>,
    field: &str,
    fault: Fault,
    unknown: String,
    all_required: bool,
) {
    match fault {
        Fault::Missing if all_required => {
            map.remove(field);
        }
        // Updates require no field, but must not be empty.
        Fault::Missing => map.clear(),
        Fault::Unknown => {
            map.insert(format!("x{unknown}"), json!(1));
        }
        Fault::Value(value) => {
            map.insert(field.to_owned(), value);
        }
    }
}
