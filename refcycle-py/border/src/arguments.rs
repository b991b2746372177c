//! The conversion of arguments inside the guard.
//!
//! PyO3 converts arguments before the function is called. Without memory that panics for paths, and
//! its errors name the argument in a note, which Python 3.10 does not have.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::{Attribute, FnArg, Meta, Pat, Signature, Stmt, Type, parse_quote};

use crate::{is_named, value_of};

/// The types whose conversion can fail.
const CONVERTED: [&str; 9] = [
    "PathBuf", "String", "bool", "f64", "i64", "isize", "u64", "usize", "u32",
];

/// How an argument is converted.
struct Converted {
    name: Ident,
    is_optional: bool,
    is_text: bool,
}

/// Accepts arguments as objects, and returns the statements that convert them. The defaults in the
/// attribute of PyO3 become arguments too.
pub(crate) fn convert(attributes: &mut [Attribute], signature: &mut Signature) -> Vec<Stmt> {
    let name = signature.ident.to_string();
    let is_slot = name.starts_with("__");
    let is_property = |each: &Attribute| each.path().is_ident("setter");
    if is_slot || attributes.iter().any(is_property) {
        return Vec::new();
    }
    let mut statements = Vec::new();
    let mut converted = Vec::new();
    for argument in &mut signature.inputs {
        let FnArg::Typed(argument) = argument else {
            continue;
        };
        let Pat::Ident(pattern) = &*argument.pat else {
            continue;
        };
        let name = pattern.ident.clone();
        let inner = value_of(&argument.ty, "Option");
        let is_optional = inner.is_some();
        let given = inner.unwrap_or_else(|| (*argument.ty).clone());
        let Some((owned, is_text)) = owned_type(&given) else {
            continue;
        };
        let shown = name.to_string();
        let call = if is_optional {
            quote!(#name.map(|given| given.named(#shown)).transpose()?)
        } else {
            quote!(#name.named(#shown)?)
        };
        let owner = format_ident!("{name}_of_call");
        statements.extend(match (is_text, is_optional) {
            (false, _) => vec![parse_quote!(let #name = #call;)],
            (true, false) => vec![
                parse_quote!(let #owner = #call;),
                parse_quote!(let #name: &str = &#owner;),
            ],
            (true, true) => vec![
                parse_quote!(let #owner = #call;),
                parse_quote!(let #name: ::core::option::Option<&str> = #owner.as_deref();),
            ],
        } as Vec<Stmt>);
        let accepted: Type = parse_quote!(crate::border::Argument<'_, #owned>);
        *argument.ty = match is_optional {
            true => parse_quote!(::core::option::Option<#accepted>),
            false => accepted,
        };
        converted.push(Converted {
            name,
            is_optional,
            is_text,
        });
    }
    for attribute in attributes {
        if let Meta::List(list) = &mut attribute.meta
            && list.path.is_ident("pyo3")
        {
            list.tokens = with_defaults(list.tokens.clone(), &converted);
        }
    }
    statements
}

/// The type to which an argument is converted, and whether it is then borrowed as a `str`.
fn owned_type(given: &Type) -> Option<(Type, bool)> {
    match given {
        Type::Path(path) if CONVERTED.iter().any(|name| is_named(path, name)) => {
            Some((given.clone(), false))
        }
        Type::Reference(reference) if reference.elem.to_token_stream().to_string() == "str" => {
            Some((parse_quote!(String), true))
        }
        _ => None,
    }
}

/// The arguments of `#[pyo3(...)]` with the defaults of converted arguments as arguments.
fn with_defaults(tokens: TokenStream, converted: &[Converted]) -> TokenStream {
    let mut is_signature = false;
    let tokens = tokens.into_iter().map(|token| match token {
        TokenTree::Ident(word) => {
            is_signature = word == "signature";
            TokenTree::Ident(word)
        }
        TokenTree::Group(group) if is_signature && group.delimiter() == Delimiter::Parenthesis => {
            let inner = defaults_of(group.stream(), converted);
            TokenTree::Group(Group::new(Delimiter::Parenthesis, inner))
        }
        other => other,
    });
    tokens.collect()
}

fn defaults_of(tokens: TokenStream, converted: &[Converted]) -> TokenStream {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let is_comma =
        |token: &TokenTree| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ',');
    let parts = tokens.split(is_comma).map(|part| {
        let [TokenTree::Ident(name), TokenTree::Punct(_), default @ ..] = part else {
            return part.iter().cloned().collect();
        };
        let Some(argument) = converted.iter().find(|each| each.name == *name) else {
            return part.iter().cloned().collect();
        };
        let value = match default {
            [TokenTree::Ident(word), TokenTree::Group(group)] if word == "Some" => group.stream(),
            [TokenTree::Ident(word)] if word == "None" => return part.iter().cloned().collect(),
            _ => default.iter().cloned().collect(),
        };
        let value = match argument.is_text {
            true => quote!(::std::string::String::from(#value)),
            false => value,
        };
        let given = quote!(crate::border::Argument::Default(#value));
        match argument.is_optional {
            true => quote!(#name = ::core::option::Option::Some(#given)),
            false => quote!(#name = #given),
        }
    });
    let parts: Vec<TokenStream> = parts.collect();
    quote!(#(#parts),*)
}
