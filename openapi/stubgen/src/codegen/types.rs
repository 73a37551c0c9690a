//! The Rust types of the schemas, and how serde reads and writes them. By the
//! time serde sees a request the validator has accepted it, so these types
//! need no checks of their own.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::names::{self, ident, type_ident};
use super::{doc, meta};
use crate::model::{Additional, Kind, ObjectRules, OneOf, Property, Schema, Spec, StringRules};

/// Every type of the spec, in the order of the file.
pub(super) fn types(spec: &Spec) -> TokenStream {
    let mut out = Types { spec, tokens: TokenStream::new() };
    for named in &spec.schemas {
        out.component(&named.name, &named.schema);
    }
    for operation in &spec.operations {
        for (name, schema) in names::roots(operation) {
            out.inline(schema, &name);
        }
    }
    out.tokens
}

/// The type of a value that is present and not null.
pub(super) fn bare(schema: &Schema, name: &str) -> TokenStream {
    match &schema.kind {
        Kind::Reference(target) => {
            let target = type_ident(&names::pascal(target));
            quote!(#target)
        }
        _ if names::needs_type(schema) => {
            let name = type_ident(name);
            quote!(#name)
        }
        Kind::Any => quote!(openapi_server::Value),
        Kind::Boolean => quote!(bool),
        Kind::String(_) => quote!(String),
        Kind::Number(rules) if rules.integer && rules.format == Some("int32") => quote!(i32),
        Kind::Number(rules) if rules.integer => quote!(i64),
        Kind::Number(_) => quote!(f64),
        Kind::Array(rules) => {
            let item = nullable(&rules.items, &format!("{name}Item"));
            quote!(Vec<#item>)
        }
        Kind::Object(rules) => match &rules.additional {
            Additional::Each(schema) => {
                let value = nullable(schema, &format!("{name}Value"));
                quote!(std::collections::BTreeMap<String, #value>)
            }
            _ => quote!(openapi_server::Object),
        },
        Kind::OneOf(_) => quote!(openapi_server::Value),
    }
}

/// The type of a value that is present. A nullable component is an option
/// itself, so only inline schemas add one.
pub(super) fn nullable(schema: &Schema, name: &str) -> TokenStream {
    let bare = bare(schema, name);
    if schema.nullable { quote!(Option<#bare>) } else { bare }
}

struct Types<'a> {
    spec: &'a Spec,
    tokens: TokenStream,
}

impl Types<'_> {
    fn component(&mut self, name: &str, schema: &Schema) {
        let rust = names::pascal(name);
        if name == "Error" {
            let ident = type_ident(&rust);
            let doc = doc(schema.description.as_deref());
            self.tokens.extend(quote! {
                #doc
                #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
                #[serde(transparent)]
                pub struct #ident(pub openapi_server::ErrorBody);
            });
        } else if !names::needs_type(schema) {
            self.newtype(schema, &rust, &nullable(schema, &rust));
        } else if schema.nullable {
            // The type itself and, around it, the option.
            let value = names::present(&rust);
            self.definition(schema, &value, &rust);
            let value = type_ident(&value);
            self.newtype(schema, &rust, &quote!(Option<#value>));
        } else {
            self.definition(schema, &rust, &rust);
        }
        self.describe(Some(name), schema, &rust);
        self.children(schema, &rust);
    }

    fn inline(&mut self, schema: &Schema, name: &str) {
        if names::needs_type(schema) {
            self.definition(schema, name, name);
            self.describe(None, schema, name);
        }
        self.children(schema, name);
    }

    fn children(&mut self, schema: &Schema, name: &str) {
        match &schema.kind {
            Kind::Array(rules) => self.inline(&rules.items, &format!("{name}Item")),
            Kind::Object(rules) => {
                for property in &rules.properties {
                    self.inline(
                        &property.schema,
                        &format!("{name}{}", names::pascal(&property.name)),
                    );
                }
                if let Additional::Each(schema) = &rules.additional {
                    self.inline(schema, &format!("{name}Value"));
                }
            }
            _ => {}
        }
    }

    /// `parent` begins the names of the types within.
    fn definition(&mut self, schema: &Schema, name: &str, parent: &str) {
        match &schema.kind {
            Kind::String(rules) => self.enumeration(schema, rules, name),
            Kind::Object(rules) => self.object(schema, rules, name, parent),
            Kind::OneOf(rules) => self.one_of(schema, rules, name),
            _ => {}
        }
    }

    fn newtype(&mut self, schema: &Schema, name: &str, inner: &TokenStream) {
        let ident = type_ident(name);
        let doc = doc(schema.description.as_deref());
        let secret =
            matches!(&schema.kind, Kind::String(rules) if rules.format == Some("password"));
        let debug = (!secret).then(|| quote!(Debug,));
        self.tokens.extend(quote! {
            #doc
            #[derive(#debug Clone, PartialEq, serde::Serialize, serde::Deserialize)]
            #[serde(transparent)]
            pub struct #ident(pub #inner);

            impl From<#inner> for #ident {
                fn from(value: #inner) -> Self {
                    Self(value)
                }
            }
        });
        if secret {
            let shown = format!("{name}(…)");
            self.tokens.extend(quote! {
                /// A password is never shown.
                impl std::fmt::Debug for #ident {
                    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(#shown)
                    }
                }
            });
        }
    }

    fn enumeration(&mut self, schema: &Schema, rules: &StringRules, name: &str) {
        let ident = type_ident(name);
        let description = doc(schema.description.as_deref());
        let variants: Vec<_> =
            rules.values.iter().map(|value| type_ident(&names::pascal(value))).collect();
        let values = &rules.values;
        let documented = values.iter().map(|value| doc(Some(&format!("`{value}`"))));
        self.tokens.extend(quote! {
            #description
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
            pub enum #ident {
                #(#documented #[serde(rename = #values)] #variants,)*
            }

            impl #ident {
                /// Every value, in the order of the spec.
                pub const ALL: &'static [Self] = &[#(Self::#variants),*];

                /// The value as the spec writes it.
                pub const fn as_str(self) -> &'static str {
                    match self {
                        #(Self::#variants => #values,)*
                    }
                }
            }
        });
    }

    fn object(&mut self, schema: &Schema, rules: &ObjectRules, name: &str, parent: &str) {
        let ident = type_ident(name);
        let description = doc(schema.description.as_deref());
        let fields = rules.properties.iter().map(|property| self.field(property, name, parent));
        let additional = match &rules.additional {
            Additional::Each(schema) => {
                let value = nullable(schema, &format!("{parent}Value"));
                Some(quote! {
                    /// Properties that the spec does not name.
                    #[serde(flatten)]
                    pub additional_properties: std::collections::BTreeMap<String, #value>,
                })
            }
            _ => None,
        };
        let defaults =
            rules.properties.iter().filter_map(|property| self.default(property, parent));
        let defaults: Vec<_> = defaults.collect();
        let helpers = (!defaults.is_empty()).then(|| quote!(impl #ident { #(#defaults)* }));
        self.tokens.extend(quote! {
            #description
            #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
            pub struct #ident {
                #(#fields)*
                #additional
            }
            #helpers
        });
    }

    fn field(&self, property: &Property, owner: &str, parent: &str) -> TokenStream {
        let field = ident(&property.name);
        let target = self.spec.resolve(&property.schema);
        let description =
            doc(property.schema.description.as_deref().or(target.description.as_deref()));
        let value =
            nullable(&property.schema, &format!("{parent}{}", names::pascal(&property.name)));
        let key = &property.name;
        // `ident` may differ from the key in case or be raw.
        let rename = (field != key).then(|| quote!(#[serde(rename = #key)]));
        let one_way = property.schema.read_only || property.schema.write_only;
        let (ty, attribute) = if target.default.is_some() && !one_way {
            let function = format!("{owner}::default_{}", names::snake(&property.name));
            (value, quote!(#[serde(default = #function)]))
        } else if property.required && !one_way {
            (value, TokenStream::new())
        } else if target.nullable {
            let present = "openapi_server::double_option";
            let skip = "Option::is_none";
            (
                quote!(Option<#value>),
                quote!(#[serde(default, deserialize_with = #present, skip_serializing_if = #skip)]),
            )
        } else if property.schema.write_only {
            (quote!(Option<#value>), quote!(#[serde(default, skip_serializing)]))
        } else {
            (
                quote!(Option<#value>),
                quote!(#[serde(default, skip_serializing_if = "Option::is_none")]),
            )
        };
        quote! { #description #rename #attribute pub #field: #ty, }
    }

    fn default(&self, property: &Property, parent: &str) -> Option<TokenStream> {
        let default = self.spec.resolve(&property.schema).default.as_ref()?.to_string();
        let function = ident(&format!("default_{}", names::snake(&property.name)));
        let ty = bare(&property.schema, &format!("{parent}{}", names::pascal(&property.name)));
        Some(quote! {
            fn #function() -> #ty {
                openapi_server::default_value(#default)
            }
        })
    }

    fn one_of(&mut self, schema: &Schema, rules: &OneOf, name: &str) {
        let ident = type_ident(name);
        let description = doc(schema.description.as_deref());
        let property = &rules.property;
        let values: Vec<_> = rules.variants.iter().map(|variant| &variant.value).collect();
        let documented =
            values.iter().map(|value| doc(Some(&format!("`{property}` is `{value}`."))));
        let variants: Vec<_> =
            values.iter().map(|value| type_ident(&names::pascal(value))).collect();
        let types: Vec<_> = rules
            .variants
            .iter()
            .map(|variant| type_ident(&names::pascal(&variant.schema)))
            .collect();
        self.tokens.extend(quote! {
            #description
            #[derive(Debug, Clone, PartialEq, serde::Serialize)]
            #[serde(untagged)]
            pub enum #ident {
                #(#documented #variants(#types),)*
            }

            impl<'de> serde::Deserialize<'de> for #ident {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let (tag, value) = openapi_server::deserialize_tagged(deserializer, #property)?;
                    match tag.as_str() {
                        #(#values => openapi_server::deserialize_variant(value).map(Self::#variants),)*
                        _ => Err(serde::de::Error::unknown_variant(&tag, &[#(#values),*])),
                    }
                }
            }
        });
    }

    /// The description for poem-openapi; components are referred to by name.
    fn describe(&mut self, component: Option<&str>, schema: &Schema, rust: &str) {
        let ident = type_ident(rust);
        let literal = meta::literal(schema, rust);
        let uses = uses(schema, rust);
        let kind = match component {
            Some(name) => quote!(component #name),
            None => quote!(inline),
        };
        self.tokens.extend(quote! {
            impl #ident {
                fn described() -> MetaSchema {
                    #literal
                }
            }
            openapi_server::describe!(#ident, #kind, [#(#uses),*]);
        });
    }
}

/// The described types that a schema's own description refers to.
fn uses(schema: &Schema, name: &str) -> Vec<TokenStream> {
    match &schema.kind {
        Kind::Array(rules) => described(&rules.items, format!("{name}Item")),
        Kind::Object(rules) => {
            let property = |property: &Property| {
                described(&property.schema, format!("{name}{}", names::pascal(&property.name)))
            };
            let mut all: Vec<_> = rules.properties.iter().flat_map(property).collect();
            if let Additional::Each(schema) = &rules.additional {
                all.extend(described(schema, format!("{name}Value")));
            }
            all
        }
        Kind::OneOf(rules) => rules
            .variants
            .iter()
            .map(|variant| type_ident(&names::pascal(&variant.schema)).into_token_stream())
            .collect(),
        _ => Vec::new(),
    }
}

/// The described types that the use of a schema needs: its own, or those
/// within it if it has none.
pub(super) fn described(schema: &Schema, name: String) -> Vec<TokenStream> {
    let own = matches!(schema.kind, Kind::Reference(_)) || names::needs_type(schema);
    if own { vec![bare(schema, &name)] } else { uses(schema, &name) }
}
