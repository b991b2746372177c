//! `#[guarded]`: what Python calls ends with a result or an ordinary exception.
//!
//! It stands before `#[pymethods]` and `#[pyfunction]`, and wraps each function and the
//! conversion of its result in `crate::border`. So that no function can be forgotten that is
//! in such a block.

use proc_macro::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{
    Attribute, Block, GenericArgument, ImplItem, Item, PathArguments, ReturnType, Signature, Type,
    parse_macro_input, parse_quote,
};

/// Guards the functions of an `impl` block, or one function.
#[proc_macro_attribute]
pub fn guarded(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut item = parse_macro_input!(item as Item);
    match &mut item {
        Item::Fn(function) => guard(&function.attrs, &mut function.sig, &mut function.block),
        Item::Impl(block) => {
            for item in &mut block.items {
                if let ImplItem::Fn(function) = item {
                    guard(&function.attrs, &mut function.sig, &mut function.block);
                }
            }
        }
        _ => {
            return quote!(compile_error!("#[guarded] is for functions and impl blocks");).into();
        }
    }
    item.into_token_stream().into()
}

fn guard(attributes: &[Attribute], signature: &mut Signature, block: &mut Block) {
    let name = signature.ident.to_string();
    // The collector calls these, which cannot raise.
    if name == "__traverse__" || name == "__clear__" {
        return;
    }
    let returned = returned_type(&signature.output);
    let (value, call) = match result_of(&returned) {
        Some(value) => (value, quote!(move || -> #returned #block)),
        None => (
            returned.clone(),
            quote!(move || ::pyo3::PyResult::Ok((move || -> #returned #block)())),
        ),
    };
    // Slots have types of their own, which are converted without Python's allocator.
    let is_converted = !name.starts_with("__")
        && !attributes.iter().any(|each| each.path().is_ident("new"))
        && value != parse_quote!(());
    let conversion = is_converted.then(|| format_ident!("Answer")).map(|answer| {
        signature.output = parse_quote!(-> ::pyo3::PyResult<crate::border::#answer<#value>>);
        quote!(.map(crate::border::#answer))
    });
    if conversion.is_none() {
        signature.output = parse_quote!(-> ::pyo3::PyResult<#value>);
    }
    *block = parse_quote!({ crate::border::guarded(#call) #conversion });
}

fn returned_type(output: &ReturnType) -> Type {
    match output {
        ReturnType::Default => parse_quote!(()),
        ReturnType::Type(_, returned) => (**returned).clone(),
    }
}

/// The type of the value of a `PyResult`.
fn result_of(returned: &Type) -> Option<Type> {
    let Type::Path(path) = returned else {
        return None;
    };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(value) if last.ident == "PyResult" => Some(value.clone()),
        _ => None,
    }
}
