//! Signatures of chains: types and references, the same in every run.
//!
//! The texts are those of [`ObjectName::stable`](super::ObjectName::stable) and
//! [`ReferenceName::stable`](super::ReferenceName::stable). Chains with a common beginning share
//! it, so that a million objects in one list take one signature. If the last references of a chain
//! repeat those preceding them, as along a linked list, the repetition is folded, so that objects
//! at all depths have one signature.

use std::cmp::Ordering;
use std::num::NonZeroU32;

use rustc_hash::FxHashMap;

/// The number of a signature, in the [`Signatures`] that made it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SignatureId(NonZeroU32);

impl SignatureId {
    fn new(place: usize) -> Self {
        let number = u32::try_from(place + 1).ok().and_then(NonZeroU32::new);
        Self(number.expect("there are fewer signatures than references"))
    }

    fn place(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// The number of a text, in the [`Signatures`] that made it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TextId(u32);

/// The role of an object of a chain for the next object.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Part {
    /// An object of its own.
    Object,
    /// The `__dict__` of the previous object: its entries are attributes of that object.
    Namespace,
    /// The frame of a generator, the previous object: its variables are those of the generator.
    Variables,
}

/// The longest period of the repetitions that are searched for.
const LONGEST_PERIOD: usize = 4;
/// The longest chain after folding; the rest is left out.
const LONGEST: u16 = 48;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Link {
    parent: Option<SignatureId>,
    reference: TextId,
    object: TextId,
    part: Part,
    /// Whether references before this one are left out.
    folded: bool,
}

impl Link {
    fn step(&self) -> (TextId, TextId, Part) {
        (self.reference, self.object, self.part)
    }
}

/// All signatures of an answer. A common beginning is stored once.
///
/// ```
/// use refcycle_dot::names::{Part, Signatures};
///
/// let mut signatures = Signatures::default();
/// let (module, list) = (signatures.intern("module app"), signatures.intern("list"));
/// let (pool, item) = (signatures.intern(".pool"), signatures.intern("[*]"));
/// let connection = signatures.intern("app.Connection");
/// let chain = signatures.root("", module);
/// let chain = signatures.step(chain, pool, list, Part::Object);
/// let chain = signatures.step(chain, item, connection, Part::Object);
/// assert_eq!(signatures.text(chain), "module app.pool -> list[*] -> app.Connection");
/// ```
#[derive(Default)]
pub struct Signatures {
    texts: Vec<String>,
    known_texts: FxHashMap<String, TextId>,
    links: Vec<(Link, u16)>,
    known: FxHashMap<Link, SignatureId>,
    steps: FxHashMap<(SignatureId, TextId, TextId, Part), SignatureId>,
    orders: FxHashMap<(SignatureId, SignatureId), Ordering>,
}

impl Signatures {
    /// The role of the last object of a signature.
    pub fn part(&self, id: SignatureId) -> Part {
        self.get(id).part
    }

    /// The number of a text; equal texts have the same number.
    pub fn intern(&mut self, text: &str) -> TextId {
        if let Some(&known) = self.known_texts.get(text) {
            return known;
        }
        let id = TextId(self.texts.len() as u32);
        self.texts.push(text.to_owned());
        self.known_texts.insert(text.to_owned(), id);
        id
    }

    /// The text with this number.
    pub fn interned(&self, id: TextId) -> &str {
        &self.texts[id.0 as usize]
    }

    /// The signature of a first object; `holder` describes its holder, and may be empty.
    pub fn root(&mut self, holder: &str, object: TextId) -> SignatureId {
        let reference = self.intern(holder);
        self.link(Link {
            parent: None,
            reference,
            object,
            part: Part::Object,
            folded: false,
        })
    }

    /// The signature of an object to which the last one of `chain` refers. A reference from a
    /// [namespace](Part::Namespace) or from [variables](Part::Variables) counts as one from their
    /// owner.
    pub fn step(
        &mut self,
        chain: SignatureId,
        reference: TextId,
        object: TextId,
        part: Part,
    ) -> SignatureId {
        let step = (chain, reference, object, part);
        if let Some(&known) = self.steps.get(&step) {
            return known;
        }
        let made = self.extended(step);
        self.steps.insert(step, made);
        made
    }

    fn extended(
        &mut self,
        (chain, reference, object, part): (SignatureId, TextId, TextId, Part),
    ) -> SignatureId {
        let link = self.get(chain);
        let parent = match (link.part, link.parent) {
            (Part::Namespace | Part::Variables, Some(owner)) => owner,
            _ => chain,
        };
        let mut link = Link {
            parent: Some(parent),
            reference,
            object,
            part,
            folded: false,
        };
        if self.links[parent.place()].1 >= LONGEST {
            let above = self.get(parent);
            link.parent = if above.folded {
                above.parent
            } else {
                Some(parent)
            };
            link.folded = true;
        }
        let made = self.link(link);
        self.folded(made)
    }

    /// The signature without a repetition at its end.
    fn folded(&mut self, id: SignatureId) -> SignatureId {
        let mut steps = Vec::with_capacity(2 * LONGEST_PERIOD);
        let mut at = Some(id);
        while let Some(id) = at {
            let link = self.get(id);
            if steps.len() == 2 * LONGEST_PERIOD {
                break;
            }
            at = link.parent;
            // The first object is not at the end of a reference.
            if at.is_none() {
                break;
            }
            steps.push((id, link.step()));
        }
        for period in 1..=steps.len() / 2 {
            let repeats = (0..period).all(|at| steps[at].1 == steps[at + period].1);
            if repeats {
                let mut link = self.get(steps[period].0);
                if link.folded {
                    return steps[period].0;
                }
                link.folded = true;
                return self.link(link);
            }
        }
        id
    }

    fn link(&mut self, link: Link) -> SignatureId {
        if let Some(&known) = self.known.get(&link) {
            return known;
        }
        let depth = link
            .parent
            .map_or(0, |parent| self.links[parent.place()].1 + 1);
        let id = SignatureId::new(self.links.len());
        self.links.push((link, depth));
        self.known.insert(link, id);
        id
    }

    fn get(&self, id: SignatureId) -> Link {
        self.links[id.place()].0
    }

    /// As in `module app.pool -> app.Pool.free -> list[*] -> app.Connection`.
    pub fn text(&self, id: SignatureId) -> String {
        let mut links = vec![self.get(id)];
        while let Some(parent) = links[links.len() - 1].parent {
            links.push(self.get(parent));
        }
        let mut text = String::new();
        for (place, link) in links.iter().rev().enumerate() {
            let (reference, object) = (self.interned(link.reference), link.object);
            text.push_str(reference);
            match place {
                0 if reference.is_empty() => {}
                0 => text.push_str(": "),
                _ => text.push_str(" -> "),
            }
            if link.folded {
                text.push_str("... -> ");
            }
            text.push_str(self.interned(object));
        }
        text
    }

    /// Compares two signatures by their texts.
    pub fn compare(&mut self, one: SignatureId, other: SignatureId) -> Ordering {
        if one == other {
            return Ordering::Equal;
        }
        if let Some(&known) = self.orders.get(&(one, other)) {
            return known;
        }
        let order = self.text(one).cmp(&self.text(other));
        self.orders.insert((one, other), order);
        order
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn chain(signatures: &mut Signatures, steps: &[(&str, &str)]) -> SignatureId {
        let module = signatures.intern("module app");
        let mut id = signatures.root("", module);
        for (reference, object) in steps {
            let (reference, object) = (signatures.intern(reference), signatures.intern(object));
            id = signatures.step(id, reference, object, Part::Object);
        }
        id
    }

    #[test]
    fn a_linked_list_of_any_length_has_one_signature() {
        let mut signatures = Signatures::default();
        let mut found = Vec::new();
        for length in [3, 4, 5, 100_000] {
            let mut steps = vec![(".head", "app.Node")];
            steps.resize(length, (".next", "app.Node"));
            found.push(chain(&mut signatures, &steps));
        }
        assert!(found.iter().all(|&id| id == found[0]));
        let text = "module app.head -> app.Node.next -> ... -> app.Node";
        assert_eq!(signatures.text(found[0]), text);
        assert!(signatures.links.len() < 10);
    }

    #[test]
    fn the_nodes_of_a_tree_have_few_signatures() {
        let mut signatures = Signatures::default();
        let mut steps = vec![(".root", "app.Node")];
        let mut found = Vec::new();
        for _ in 0..50 {
            steps.extend([(".children", "list"), ("[*]", "app.Node")]);
            found.push(chain(&mut signatures, &steps));
        }
        assert!(found[2..].iter().all(|&id| id == found[2]));
    }

    #[test]
    fn a_chain_without_end_is_cut() {
        let mut signatures = Signatures::default();
        let names: Vec<_> = (0..1000).map(|at| format!(".a{at}")).collect();
        let steps: Vec<_> = names.iter().map(|name| (&**name, "app.X")).collect();
        let id = chain(&mut signatures, &steps);
        assert!(signatures.text(id).ends_with(".a999 -> ... -> app.X"));
        assert!(signatures.text(id).len() < 1000);
    }

    /// Steps as numbers, so that chains with common beginnings and repetitions are frequent.
    fn chains() -> impl Strategy<Value = Vec<Vec<(u8, u8, u8)>>> {
        vec(vec((0..3u8, 0..3u8, 0..8u8), 0..12), 1..12)
    }

    fn text(signatures: &mut Signatures, steps: &[(u8, u8, u8)]) -> String {
        let module = signatures.intern("module app");
        let mut id = signatures.root("", module);
        for (reference, object, part) in steps {
            let reference = signatures.intern(&format!(".a{reference}"));
            let object = signatures.intern(&format!("T{object}"));
            let part = match part {
                0 => Part::Namespace,
                1 => Part::Variables,
                _ => Part::Object,
            };
            id = signatures.step(id, reference, object, part);
        }
        signatures.text(id)
    }

    proptest! {
        #[test]
        fn a_text_depends_on_its_chain_alone(chains in chains()) {
            let alone = |steps: &Vec<_>| text(&mut Signatures::default(), steps);
            let expected: Vec<_> = chains.iter().map(alone).collect();
            let mut signatures = Signatures::default();
            for (steps, expected) in chains.iter().zip(&expected) {
                prop_assert_eq!(&text(&mut signatures, steps), expected);
            }
            let mut reversed = Signatures::default();
            for (steps, expected) in chains.iter().zip(&expected).rev() {
                prop_assert_eq!(&text(&mut reversed, steps), expected);
            }
        }

        #[test]
        fn repetitions_of_a_period_do_not_count(
            start in vec((3..6u8, 0..3u8, Just(2u8)), 0..6),
            period in vec((0..3u8, 0..3u8, Just(2u8)), 1..=LONGEST_PERIOD),
            count in 4..20usize,
        ) {
            let repeated = |count| [start.clone(), period.repeat(count)].concat();
            let few = text(&mut Signatures::default(), &repeated(3));
            prop_assert_eq!(text(&mut Signatures::default(), &repeated(count)), few);
        }
    }
}
