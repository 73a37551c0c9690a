//! The names of what the trait has for authentication.

use std::collections::HashMap;

use super::casing::{snake_case, upper_camel_case};
use super::scope::Scope;
use crate::diagnostic::Diagnostics;
use crate::model::{Operation, RequiredScheme, SecurityScheme, Spec};

/// The names of a spec whose operations take credentials.
#[derive(Debug, Default)]
pub(crate) struct SecurityNames {
    /// The function that authenticates, and the one that may switch this off.
    pub authenticate: String,
    pub open_access: String,
    /// The enum of the operations that take credentials.
    pub operation_type: String,
    /// The enum of the credentials of an alternative.
    pub credentials_type: String,
    /// Its variants: one for each set of schemes, in the order of their first use.
    pub credentials: Vec<CredentialsNames>,
    /// Their places by the set of schemes.
    by_schemes: HashMap<Vec<usize>, usize>,
    operations: HashMap<*const Operation, String>,
}

/// A variant for a set of schemes, named after them: `BearerAuth`, `BearerAuthAndAdminKey`.
#[derive(Debug)]
pub(crate) struct CredentialsNames {
    pub variant: String,
    /// The schemes in the order of the components, each with its field, unless it is the only one.
    pub fields: Vec<(String, String)>,
}

impl SecurityNames {
    /// The variant of an operation.
    pub fn operation(&self, operation: &Operation) -> &str {
        &self.operations[&std::ptr::from_ref(operation)]
    }

    /// The variant for an alternative.
    pub fn alternative(&self, spec: &Spec, alternative: &[RequiredScheme]) -> &CredentialsNames {
        &self.credentials[self.by_schemes[&schemes(spec, alternative)]]
    }

    /// Assigns the names that `types` and `functions`, those of the trait, leave free.
    pub(super) fn assign(
        spec: &Spec,
        types: &mut Scope,
        functions: &mut Scope,
        diagnostics: &Diagnostics,
    ) -> Self {
        let secured = || spec.operations.iter().filter(|known| !known.security.is_empty());
        if secured().next().is_none() {
            return Self::default();
        }
        let fields = fields(spec, diagnostics);
        let mut names = Self {
            authenticate: functions.choose(["authenticate".to_owned()]),
            open_access: functions.choose(["open_access".to_owned()]),
            operation_type: types.choose(["SecuredOperation".to_owned()]),
            credentials_type: types.choose(["RequestCredentials".to_owned()]),
            ..Self::default()
        };
        let mut operations = Scope::default();
        let mut variants = Scope::default();
        for operation in secured() {
            let variant = operations.choose([upper_camel_case(&operation.id)]);
            names.operations.insert(operation, variant);
            for alternative in &operation.security.alternatives {
                let schemes = schemes(spec, alternative);
                if !names.by_schemes.contains_key(&schemes) {
                    names.credentials.push(credentials(spec, &schemes, &fields, &mut variants));
                    names.by_schemes.insert(schemes, names.credentials.len() - 1);
                }
            }
        }
        names
    }
}

/// The places of the schemes in the components, in their order.
fn schemes(spec: &Spec, alternative: &[RequiredScheme]) -> Vec<usize> {
    let places = alternative.iter().filter_map(|required| spec.scheme_index(&required.name));
    let mut places: Vec<usize> = places.collect();
    places.sort_unstable();
    places
}

/// A field for each scheme of the components.
fn fields(spec: &Spec, diagnostics: &Diagnostics) -> Vec<String> {
    let mut fields = Scope::default();
    let schemes = spec.security_schemes.iter();
    schemes
        .map(|SecurityScheme { name, span, .. }| {
            fields.claim(snake_case(name), name, *span, diagnostics)
        })
        .collect()
}

fn credentials(
    spec: &Spec,
    schemes: &[usize],
    fields: &[String],
    variants: &mut Scope,
) -> CredentialsNames {
    let named =
        |index: &usize| (spec.security_schemes[*index].name.clone(), fields[*index].clone());
    let fields: Vec<(String, String)> = schemes.iter().map(named).collect();
    let words: Vec<String> = fields.iter().map(|(_, field)| upper_camel_case(field)).collect();
    CredentialsNames { variant: variants.choose([words.join("And")]), fields }
}
