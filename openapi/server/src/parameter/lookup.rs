//! Where a request has the text of a parameter.

use super::head::Head;
use crate::router;
use crate::spec::{Location, ParameterSpec, ValueStyle};
use crate::text::{Text, cookies};

/// The texts that a request contains for a parameter. `None` if one of them is malformed.
pub(super) fn texts<'a>(spec: &ParameterSpec, head: &'a Head<'_>) -> Option<Vec<Text<'a>>> {
    match spec.location {
        Location::Path => {
            // The router has decoded it. One that is not UTF-8 is missing.
            let decoded = router::path_parameter(head.request, spec.name)?;
            let is_plain = matches!(spec.values, ValueStyle::Single | ValueStyle::Json);
            let raw =
                if is_plain { None } else { router::raw_path_parameter(head.request, spec.name) };
            Some(vec![raw.map_or_else(|| Text::plain(decoded), Text::percent)])
        }
        Location::Query => {
            let of_name = head.query.iter().filter(|pair| pair.name == spec.name);
            Some(of_name.map(|pair| pair.text).collect())
        }
        Location::Header => {
            let values = head.request.headers().get_all(spec.name).iter();
            values.map(|value| value.to_str().ok().map(Text::plain)).collect()
        }
        Location::Cookie => {
            let cookies = cookies(head.request)?.into_iter();
            Some(cookies.filter(|pair| pair.name == spec.name).map(|pair| pair.text).collect())
        }
    }
}
