//! Security schemes: how clients authenticate.

use super::context::Context;
use super::fields::Fields;
use crate::diagnostic::{Result, Span, error_at};
use crate::model::{KeyLocation, OauthFlow, SecurityScheme, SecuritySchemeKind, TokenSource};
use crate::yaml::{Entry, Node};

/// The flows of OAuth 2 with the URLs that each must have.
const FLOWS: [(&str, &[&str]); 4] = [
    ("implicit", &["authorizationUrl"]),
    ("password", &["tokenUrl"]),
    ("clientCredentials", &["tokenUrl"]),
    ("authorizationCode", &["authorizationUrl", "tokenUrl"]),
];

pub(super) fn parse_scheme<'a>(entry: &'a Entry, context: &Context<'a>) -> Result<SecurityScheme> {
    let node = context.resolve(&entry.value, "securitySchemes")?;
    let mut fields = context.fields(node, "a security scheme")?;
    let description = fields.optional_string("description");
    let node = fields.required("type")?;
    let kind = match node.string()? {
        "http" => parse_http(&mut fields, context)?,
        "apiKey" => parse_api_key(&mut fields)?,
        "oauth2" => parse_oauth2(&mut fields, context)?,
        "openIdConnect" => parse_openid_connect(&mut fields)?,
        other => {
            return error_at(
                node.span,
                format!("unknown security type `{other}`"),
                "use http, apiKey, oauth2 or openIdConnect",
            );
        }
    };
    fields.deny_unknown();
    Ok(SecurityScheme { name: entry.key.clone(), span: entry.span, description, kind })
}

fn parse_http(fields: &mut Fields, context: &Context) -> Result<SecuritySchemeKind> {
    let node = fields.required("scheme")?;
    let scheme = node.string()?;
    let format = fields.optional("bearerFormat");
    if scheme.eq_ignore_ascii_case("bearer") {
        let format = format.map(|entry| entry.value.string()).transpose()?.map(str::to_owned);
        return Ok(SecuritySchemeKind::Bearer(TokenSource::Http { format }));
    }
    if let Some(format) = format {
        let message = "`bearerFormat` without the scheme bearer";
        context.diagnostics.error(format.span, message, "remove it");
    }
    if scheme.eq_ignore_ascii_case("basic") {
        return Ok(SecuritySchemeKind::Basic);
    }
    check_token(scheme, "http scheme", node.span)?;
    if needs_parameters(scheme) {
        let message =
            format!("the server challenges by the name of the http scheme `{scheme}` only");
        let help = "use bearer or basic; clients need the parameters of the challenge to respond";
        context.diagnostics.warning(node.span, message, help);
    }
    Ok(SecuritySchemeKind::Http { scheme: scheme.to_owned() })
}

/// Whether the scheme's challenge has parameters by which clients compute their credentials.
fn needs_parameters(scheme: &str) -> bool {
    let scheme = scheme.to_ascii_lowercase();
    ["digest", "hoba", "mutual", "privatetoken"].contains(&scheme.as_str())
        || scheme.starts_with("scram-")
}

fn parse_api_key(fields: &mut Fields) -> Result<SecuritySchemeKind> {
    let node = fields.required("in")?;
    let location = match node.string()? {
        "header" => KeyLocation::Header,
        "query" => KeyLocation::Query,
        "cookie" => KeyLocation::Cookie,
        other => {
            return error_at(
                node.span,
                format!("unknown location `{other}` of an apiKey"),
                "use header, query or cookie",
            );
        }
    };
    let node = fields.required("name")?;
    let name = node.string()?;
    if location == KeyLocation::Query && !name.is_empty() {
        return Ok(SecuritySchemeKind::ApiKey { location, name: name.to_owned() });
    }
    check_token(name, "apiKey name", node.span)?;
    Ok(SecuritySchemeKind::ApiKey { location, name: name.to_owned() })
}

fn parse_oauth2<'a>(fields: &mut Fields<'a>, context: &Context<'a>) -> Result<SecuritySchemeKind> {
    let node = fields.required("flows")?;
    let mut entries = context.fields(node, "the flows of OAuth 2")?;
    let mut flows = Vec::new();
    for (name, urls) in FLOWS {
        let flow = entries.parse(name, |node| parse_flow(node, name, urls, context));
        flows.extend(flow);
    }
    entries.deny_unknown();
    Ok(SecuritySchemeKind::Bearer(TokenSource::Oauth2 { flows }))
}

fn parse_flow<'a>(
    node: &'a Node,
    name: &'static str,
    urls: &[&str],
    context: &Context<'a>,
) -> Result<OauthFlow> {
    let mut fields = context.fields(node, "a flow of OAuth 2")?;
    let mut url = |key: &str| {
        if urls.contains(&key) { fields.required_string(key).map(Some) } else { Ok(None) }
    };
    let (authorization_url, token_url) = (url("authorizationUrl"), url("tokenUrl"));
    let refresh_url = fields.optional_string("refreshUrl");
    let scopes = fields.required("scopes").and_then(|node| {
        let scopes = node.entries()?.iter();
        scopes.map(|scope| Ok((scope.key.clone(), scope.value.string()?.to_owned()))).collect()
    });
    let scopes = context.diagnostics.check(scopes);
    fields.deny_unknown();
    Ok(OauthFlow {
        name,
        authorization_url: authorization_url?,
        token_url: token_url?,
        refresh_url,
        scopes: scopes?,
    })
}

fn parse_openid_connect(fields: &mut Fields) -> Result<SecuritySchemeKind> {
    let url = fields.required_string("openIdConnectUrl")?;
    Ok(SecuritySchemeKind::Bearer(TokenSource::OpenIdConnect { url }))
}

/// HTTP writes schemes, and the names of headers and cookies, as tokens (RFC 9110, 5.6.2).
fn check_token(text: &str, what: &str, span: Span) -> Result<()> {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if !text.is_empty() && text.chars().all(is_token) {
        return Ok(());
    }
    error_at(span, format!("invalid {what} `{text}`"), "use letters, digits, `-`, `.` and `_`")
}
