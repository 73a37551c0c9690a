//! Newtypes hold exactly the values that requests can have.

use std::f64;
use std::sync::LazyLock;

use openapi_server::{DateTime, InvalidValue};
use petstore::newtypes::Echo;
use petstore::newtypes::api::*;
use poem::EndpointExt;
use poem::endpoint::BoxEndpoint;
use poem::http::StatusCode;
use poem::test::TestClient;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// The JSON of a value after it has passed through a type; `None` if the type does not allow it.
type Pass = fn(&Value) -> Option<Value>;

fn pass<T: DeserializeOwned + Serialize>(value: &Value) -> Option<Value> {
    let value: T = serde_json::from_value(value.clone()).ok()?;
    Some(serde_json::to_value(value).unwrap())
}

/// The types by the property that has them.
const TYPES: [(&str, Pass); 40] = [
    ("text", pass::<Text>),
    ("short", pass::<Short>),
    ("id", pass::<Id>),
    ("cursor", pass::<Cursor>),
    ("words", pass::<Words>),
    ("boundary", pass::<Boundary>),
    ("email", pass::<Email>),
    ("uri", pass::<Uri>),
    ("shortDate", pass::<ShortDate>),
    ("time", pass::<Time>),
    ("day", pass::<Day>),
    ("uuid", pass::<Uuid>),
    ("flag", pass::<Flag>),
    ("small", pass::<Small>),
    ("above", pass::<Above>),
    ("between", pass::<Between>),
    ("fractional", pass::<Fractional>),
    ("wide", pass::<Wide>),
    ("even", pass::<Even>),
    ("price", pass::<Price>),
    ("ratio", pass::<Ratio>),
    ("single", pass::<Single>),
    ("huge", pass::<Huge>),
    ("list", pass::<List>),
    ("set", pass::<Set>),
    ("ids", pass::<Ids>),
    ("map", pass::<Map>),
    ("empty", pass::<Empty>),
    ("maybe", pass::<Maybe>),
    ("alias", pass::<Alias>),
    ("secret", pass::<Secret>),
    ("odd", pass::<Odd>),
    ("unreserved", pass::<Unreserved>),
    ("either", pass::<Either>),
    ("unlisted", pass::<Unlisted>),
    ("requiring", pass::<Requiring>),
    ("bytes", pass::<Bytes>),
    ("holder", pass::<Holder>),
    ("octet", pass::<Octet>),
    ("unsigned", pass::<Unsigned>),
];

static CLIENT: LazyLock<TestClient<BoxEndpoint<'static>>> = LazyLock::new(|| {
    TestClient::new(openapi_server::app(&DESCRIPTION, NewtypesServer(Echo)).boxed())
});

/// Sends a property to the server. `None` if it rejects the value.
async fn send(property: &str, value: &Value) -> Option<Value> {
    let body = json!({ property: value }).to_string();
    let request = CLIENT.post("/values").content_type("application/json").body(body);
    let response = request.send().await;
    let status = response.0.status();
    let body = crate::common::body(response).await;
    match status {
        StatusCode::OK => Some(body[property].clone()),
        StatusCode::BAD_REQUEST => None,
        other => panic!("{property} {value}: {other} {body}"),
    }
}

/// Fails unless the server and the type of a property agree on a value.
async fn check(property: &str, pass: Pass, value: &Value) {
    if let Some(echoed) = send(property, value).await {
        assert_eq!(pass(value), Some(echoed), "{property} cannot hold {value}");
    }
    if let Some(held) = pass(value) {
        assert_eq!(send(property, &held).await, Some(held), "{property} can hold {value}");
    }
}

fn check_all(value: &Value) {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
    RUNTIME.block_on(async {
        for (property, pass) in TYPES {
            check(property, pass, value).await;
        }
    });
}

#[test]
fn types_hold_exactly_the_values_that_requests_can_have_at_every_bound() {
    for text in [
        "",
        "a",
        "ab",
        "abc",
        "abcd",
        "é",
        "éé",
        "ééé",
        "éééé",
        "0000",
        "00ff",
        "00fff",
        "00ffff",
        "01ff",
        "abcg",
        "ABCD",
        "0000\n",
        "00f",
        "a b",
        "a  b",
        " ab",
        "xab",
        "x ab",
        "éab",
        "a@b",
        "a@b.cdefghij",
        "a@b.cdefghijk",
        "a@",
        "https://example.com",
        "http://[",
        "2026-01-02",
        "2026-02-30",
        "2026-01-02T03:04:05Z",
        "2026-01-02t03:04:05.5+01:00",
        "9999-12-31T23:59:59-00:01",
        "9999-12-31T23:59:59+00:01",
        "0000-01-01T00:00:00+00:01",
        "123e4567-e89b-12d3-a456-426614174000",
        "{123e4567-e89b-12d3-a456-426614174000}",
    ] {
        check_all(&json!(text));
    }
    for number in -6_i64..=11 {
        check_all(&json!(number));
    }
    for number in [-4_000_000_001, i64::MIN, i64::MAX, i64::from(i32::MIN), (1 << 53) + 2] {
        check_all(&json!(number));
    }
    for number in [-1.6, -1.5, 0.01, 0.015, 0.999, 1.5, 3.5e38, -3.5e38, 1e308] {
        check_all(&json!(number));
    }
    for value in [
        json!(null),
        json!(true),
        json!([]),
        json!(["a"]),
        json!(["abc"]),
        json!(["a", "b"]),
        json!(["a", "b", "c"]),
        json!([1.5, 1.5]),
        json!([1.5, 2.5]),
        json!([-0.5]),
        json!([null]),
        json!(["0000", "00ff"]),
        json!(["0000", "00fg"]),
        json!({}),
        json!({ "a": 1 }),
        json!({ "a": 0 }),
        json!({ "a": null }),
        json!({ "kind": "Circle", "radius": 1 }),
        json!({ "kind": "Circle", "radius": 0 }),
        json!({ "kind": "Square" }),
        json!({ "kind": "Triangle" }),
        json!({ "a": 1, "b": 1, "c": 1 }),
    ] {
        check_all(&value);
    }
}

/// Texts of a few characters, most of which some pattern of the spec allows.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof!["[0-9a-g]{3,5}", "00[0-9a-fA]{1,4}", "[a-b é@.]{0,6}", "[ -~]{0,14}", "\\PC{0,4}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn types_hold_exactly_the_values_that_requests_can_have(
        text in texts(),
        integer in -12_i64..12,
        double in -2.0..3.0_f64,
        list in prop::collection::vec("[ab]{0,3}", 0..4),
        numbers in prop::collection::vec(-1..3_i8, 0..4),
    ) {
        // The server reads a whole number as an integer, however it is written.
        let number = |double: f64| if double.fract() == 0.0 { json!(double as i64) } else { json!(double) };
        let numbers: Vec<f64> = numbers.into_iter().map(|number| f64::from(number) / 2.0 + 0.25).collect();
        let cents = (double * 100.0).round() / 100.0 + 1e-9 * f64::from(u8::from(integer > 6));
        for value in [json!(text), json!(integer), number(double), number(cents), json!(list), json!(numbers)] {
            check_all(&value);
        }
    }
}

fn invalid(type_name: &'static str, expected: &'static str) -> InvalidValue {
    InvalidValue { type_name, expected }
}

#[test]
fn values_are_made_from_their_content_or_a_text_and_give_it_back() {
    let short: Short = "éé".parse().unwrap();
    assert_eq!(Short::try_from("éé".to_owned()), Ok(short.clone()));
    assert_eq!((short.to_string().as_str(), short.len()), ("éé", 4));
    assert_eq!(AsRef::<str>::as_ref(&short), "éé");
    assert_eq!(String::from(short), "éé");
    let small: Small = "-5".parse().unwrap();
    assert_eq!((Small::try_from(-5), *small, small.to_string().as_str()), (Ok(small), -5, "-5"));
    let flag: Flag = "true".parse().unwrap();
    assert_eq!(Flag::from(true), flag);
    let time: Time = "2026-01-02T03:04:05Z".parse().unwrap();
    assert_eq!(time.timestamp(), 1_767_323_045);
    let alias: Alias = "00ff".parse().unwrap();
    assert_eq!(
        (alias.to_string().as_str(), Alias::from("00ff".parse::<Id>().unwrap())),
        ("00ff", alias)
    );
    let maybe = Maybe::try_from(Some("ab".to_owned())).unwrap();
    assert_eq!(Option::<String>::from(maybe).as_deref(), Some("ab"));
}

#[test]
fn values_that_the_spec_does_not_allow_cannot_be_made() {
    let error = invalid("Short", "a string of 2 to 3 characters");
    assert_eq!("abcd".parse::<Short>(), Err(error));
    assert_eq!(error.to_string(), "Short must be a string of 2 to 3 characters");
    let error = invalid("Small", "an integer of 32 bits, at least -5, at most 5");
    assert_eq!((Small::try_from(6), "6".parse()), (Err(error), Err::<Small, _>(error)));
    assert_eq!("five".parse::<Small>(), Err(error));
    assert!("ABCD".parse::<Alias>().is_err() && "yes".parse::<Flag>().is_err());
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(Price::try_from(number).is_err() && Huge::try_from(number).is_err(), "{number}");
        assert!(Set::try_from(vec![number]).is_err(), "{number}");
    }
    let year_10000 = DateTime::from_timestamp(253_402_300_800, 0).unwrap();
    assert!(Time::try_from(year_10000).is_err());
    assert!(Maybe::try_from(Some("b".to_owned())).is_err());
}

#[test]
fn enums_of_strings_are_made_from_a_text_and_give_it_back() {
    for light in Light::ALL {
        assert_eq!(light.to_string().parse(), Ok(*light));
    }
    assert_eq!(Light::GreenArrow.to_string(), "green arrow");
    assert_eq!("blue".parse::<Light>(), Err(invalid("Light", "one of red, amber, green arrow")));
}

#[test]
fn an_error_does_not_reveal_the_value() {
    let error = Secret::try_from("#".to_owned()).unwrap_err();
    assert_eq!(error.to_string(), "Secret must be a password of at least 2 characters");
    let secret: Secret = "hunter2".parse().unwrap();
    assert!(!format!("{secret:?}").contains("hunter2"));
}

#[test]
fn values_are_ordered_and_hashed_as_their_content() {
    let mut ids: Vec<Id> = ["00ff", "0000", "00ff"].map(|id| id.parse().unwrap()).into();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.iter().map(Id::to_string).collect::<Vec<_>>(), ["0000", "00ff"]);
    let distinct: std::collections::HashSet<Id> = ids.iter().chain(&ids).cloned().collect();
    assert_eq!(distinct.len(), 2);
    assert!(Price::try_from(0.5).unwrap() < Price::try_from(1.5).unwrap());
}
