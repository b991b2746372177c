//! `#[guarded]`: a call from Python ends with a result or an ordinary exception.
//!
//! The attribute is placed before `#[pymethods]` and `#[pyfunction]`, and wraps each function and
//! the conversion of its result in `crate::border`. So no function of such a block can be
//! forgotten. Numbers, texts and paths among the arguments are converted inside, so that an error
//! names the argument.
//!
//! A function with an argument of the type `Progress` reports through it how far the call is.

mod arguments;

use proc_macro::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    Attribute, Block, FnArg, GenericArgument, Ident, ImplItem, Item, Pat, PathArguments,
    ReturnType, Signature, Type, TypePath, parse_macro_input, parse_quote,
};

/// Guards the functions of an `impl` block, or one function.
#[proc_macro_attribute]
pub fn guarded(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut item = parse_macro_input!(item as Item);
    match &mut item {
        Item::Fn(function) => guard(&mut function.attrs, &mut function.sig, &mut function.block),
        Item::Impl(block) => {
            for item in &mut block.items {
                if let ImplItem::Fn(function) = item {
                    guard(&mut function.attrs, &mut function.sig, &mut function.block);
                }
            }
        }
        _ => {
            return quote!(compile_error!("#[guarded] is for functions and impl blocks");).into();
        }
    }
    item.into_token_stream().into()
}

fn guard(attributes: &mut [Attribute], signature: &mut Signature, block: &mut Block) {
    let name = signature.ident.to_string();
    // The collector calls these functions, and they cannot raise.
    if name == "__traverse__" || name == "__clear__" {
        return;
    }
    let converted = arguments::convert(attributes, signature);
    let progress = progress(signature);
    let returned = returned_type(&signature.output);
    let (value, call) = match value_of(&returned, "PyResult") {
        Some(value) => (
            value,
            quote!(move || -> #returned { #(#converted)* #block }),
        ),
        None => (
            returned.clone(),
            quote!(move || {
                #(#converted)*
                ::pyo3::PyResult::Ok((move || -> #returned #block)())
            }),
        ),
    };
    let call = match progress {
        Some(progress) => quote!(move || crate::border::reported(#progress, #name, #call)),
        None => call,
    };
    // The result of most slots is converted without Python's allocator.
    let is_converted = value == parse_quote!(String)
        || !name.starts_with("__")
            && !attributes.iter().any(|each| each.path().is_ident("new"))
            && value != parse_quote!(());
    if is_converted {
        signature.output = parse_quote!(-> ::pyo3::PyResult<crate::border::Answer<#value>>);
        *block = parse_quote!({ crate::border::guarded(#call).map(crate::border::Answer) });
    } else {
        signature.output = parse_quote!(-> ::pyo3::PyResult<#value>);
        *block = parse_quote!({ crate::border::guarded(#call) });
    }
}

/// The argument that is told how far the call is.
fn progress(signature: &Signature) -> Option<Ident> {
    signature.inputs.iter().find_map(|argument| {
        let FnArg::Typed(argument) = argument else {
            return None;
        };
        match (&*argument.pat, &*argument.ty) {
            (Pat::Ident(pattern), Type::Path(path)) if is_named(path, "Progress") => {
                Some(pattern.ident.clone())
            }
            _ => None,
        }
    })
}

fn is_named(path: &TypePath, name: &str) -> bool {
    path.path
        .segments
        .last()
        .is_some_and(|last| last.ident == name)
}

fn returned_type(output: &ReturnType) -> Type {
    match output {
        ReturnType::Default => parse_quote!(()),
        ReturnType::Type(_, returned) => (**returned).clone(),
    }
}

/// The type argument of a generic type with this name.
fn value_of(ty: &Type, name: &str) -> Option<Type> {
    let Type::Path(path) = ty else {
        return None;
    };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(value) if is_named(path, name) => Some(value.clone()),
        _ => None,
    }
}
