//! Parses the URL of the user service's public keys.
//!
//! The services that fetch them have the same copy: they share an API, not code.

use reqwest::Url;

pub fn jwks_url(text: &str) -> Result<Url, String> {
    const EXPECTED: &str = "expected a URL such as http://localhost:3001/.well-known/jwks.json";
    let url = Url::parse(text).map_err(|_| format!("is not a URL; {EXPECTED}"))?;
    if url.scheme() != "http" || !url.has_host() {
        Err(format!("is not an http URL; {EXPECTED}"))
    } else if !url.username().is_empty() || url.password().is_some() {
        Err(format!("has credentials; {EXPECTED}"))
    } else {
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_http_urls_without_credentials() {
        assert!(jwks_url("http://users:3001/.well-known/jwks.json").is_ok());
        for url in ["", "users", "ftp://users", "http://root:s3cret@users", "http://s3cret@users/"]
        {
            assert!(!jwks_url(url).unwrap_err().contains("s3cret"), "{url}");
        }
    }
}
