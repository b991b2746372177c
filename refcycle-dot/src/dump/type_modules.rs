//! The modules of the types of a dump.

use std::collections::HashSet;

use refcycle_core::{IDirectedGraph, VertexId};

use super::HeapDump;
use super::redaction::HIDDEN_TYPE;
use crate::names::{ObjectName, ReferenceName};

impl HeapDump {
    /// The module of each type, in the order of [`types`](Self::types); `None` if unknown.
    ///
    /// A file has the name of a type, with the module except for builtins, and not where the
    /// module ends. The module is the longest of the dump's modules with which the name begins. It
    /// is unknown if that module is not in the dump. A module has the name that it says and those of
    /// `sys.modules`: types of `_io` say so, while `_io` of CPython 3.11 says that it is `io`.
    ///
    /// # Complexity
    /// O(objects + text of the types).
    pub fn type_modules(&self) -> Vec<Option<&str>> {
        let types: Vec<&str> = self.types().collect();
        let mut modules: HashSet<_> = self.imported_names().collect();
        let mut is_without_module = vec![false; types.len()];
        for v in (0..self.sizes().len()).map(VertexId::from_index) {
            match self.object_name(v) {
                ObjectName::Module(name) => {
                    modules.insert(name);
                }
                // This name has the module of builtins too.
                ObjectName::Instance(name) if !name.contains('.') => {
                    if let Some(is_without) = is_without_module.get_mut(self.type_number(v)) {
                        *is_without = true;
                    }
                }
                _ => {}
            }
        }
        let types = types.into_iter().zip(is_without_module);
        let module = |(name, is_without)| match name {
            _ if is_without => None,
            HIDDEN_TYPE | "" => None,
            name if !name.contains('.') => Some("builtins"),
            name => module_in(name, &modules),
        };
        types.map(module).collect()
    }

    /// The keys of `sys.modules`, if the dump has it.
    fn imported_names(&self) -> impl Iterator<Item = &str> {
        let address = self.metadata().get("sys.modules");
        let dict = address.and_then(|address| self.find(address.parse().ok()?));
        let edges = dict
            .into_iter()
            .flat_map(move |v| self.graph().out_edges(v));
        edges.filter_map(move |edge| match self.reference_name(edge.id)? {
            ReferenceName::Value(key) => key.strip_prefix('\'')?.strip_suffix('\''),
            _ => None,
        })
    }
}

/// The longest of the modules with which a dotted name begins.
fn module_in<'a>(name: &'a str, modules: &HashSet<&str>) -> Option<&'a str> {
    let mut starts = name.rmatch_indices('.').map(|(end, _)| &name[..end]);
    starts.find(|start| modules.contains(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dump::DumpedObject;
    use refcycle_core::CsrGraph;

    #[test]
    fn the_module_of_a_type_is_the_longest_that_is_known() {
        let rows = [
            ("module", ObjectName::Module("app")),
            ("module", ObjectName::Module("app.models")),
            ("app.models.Row", ObjectName::Instance("app.models.Row")),
            (
                "app.make.<locals>.Row",
                ObjectName::Instance("app.make.<locals>.Row"),
            ),
            ("lib.Row", ObjectName::Instance("lib.Row")),
            ("cell", ObjectName::Instance("builtins.cell")),
            ("Orphan", ObjectName::Instance("Orphan")),
            ("(type)", ObjectName::Instance("(type)")),
            ("_io.BytesIO", ObjectName::Instance("_io.BytesIO")),
            ("dict", ObjectName::Instance("builtins.dict")),
            ("_abc.Data", ObjectName::Instance("_abc.Data")),
        ];
        let modules = 9;
        let edges = [(8, 0), (modules, 0), (modules, 1), (modules, 2)];
        let graph = CsrGraph::from_edges(rows.len(), edges).unwrap();
        let mut dump = HeapDump::builder(graph);
        for (address, (type_name, name)) in rows.into_iter().enumerate() {
            dump.object(DumpedObject {
                address: address as u64,
                type_name,
                name,
                size: 1,
                reference_count: None,
            });
        }
        let names = [
            ReferenceName::Value("'_abc'"), // of another dict
            ReferenceName::Value("'_io'"),
            ReferenceName::Value("'"),
            ReferenceName::Attribute("'_abc'"),
        ];
        for name in names {
            dump.reference(Some(name));
        }
        dump.metadata("sys.modules", modules.to_string());
        let dump = dump.build().unwrap();
        let found: Vec<_> = dump.types().zip(dump.type_modules()).collect();
        assert_eq!(
            found,
            [
                ("module", Some("builtins")),
                ("app.models.Row", Some("app.models")),
                ("app.make.<locals>.Row", Some("app")),
                ("lib.Row", None),
                ("cell", Some("builtins")),
                ("Orphan", None),
                ("(type)", None),
                ("_io.BytesIO", Some("_io")),
                ("dict", Some("builtins")),
                ("_abc.Data", None),
            ]
        );
    }
}
