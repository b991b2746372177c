//! The modules of the types of a dump.

use std::collections::HashSet;

use refcycle_core::VertexId;

use super::HeapDump;
use super::redaction::HIDDEN_TYPE;
use crate::names::ObjectName;

impl HeapDump {
    /// The module of each type, in the order of [`types`](Self::types); `None` if unknown.
    ///
    /// A file has the name of a type, with the module except for builtins, and not where the
    /// module ends. The module is the longest of the dump's modules with which the name begins. It
    /// is unknown if that module is not in the dump.
    ///
    /// # Complexity
    /// O(objects + text of the types).
    pub fn type_modules(&self) -> Vec<Option<&str>> {
        let types: Vec<&str> = self.types().collect();
        let mut modules = HashSet::new();
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
        ];
        let graph = CsrGraph::from_edges(rows.len(), []).unwrap();
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
            ]
        );
    }
}
