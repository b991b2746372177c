//! Algorithms as in textbooks, without anything that makes ours faster: peers for shapes of graphs
//! on which the libraries are slow.

use refcycle_core::{CsrGraph, Vertices};

const NONE: u32 = u32::MAX;

/// The number of strongly connected components: Tarjan's algorithm with an explicit stack, an
/// array each for index, lowest index, "on the stack" and component.
pub fn tarjan(graph: &CsrGraph) -> usize {
    let (offsets, heads) = (graph.offsets(), graph.heads());
    let count = graph.vertex_count();
    let (mut index, mut low) = (vec![NONE; count], vec![NONE; count]);
    let (mut on_stack, mut component) = (vec![false; count], vec![NONE; count]);
    let (mut stack, mut frames): (Vec<u32>, Vec<(u32, u32)>) = (Vec::new(), Vec::new());
    let (mut next, mut components) = (0, 0);
    for root in 0..count {
        if index[root] != NONE {
            continue;
        }
        frames.push((root as u32, offsets[root]));
        while let Some((v, edge)) = frames.last_mut() {
            let v = *v as usize;
            if index[v] == NONE {
                (index[v], low[v]) = (next, next);
                next += 1;
                stack.push(v as u32);
                on_stack[v] = true;
            }
            if *edge < offsets[v + 1] {
                let w = heads[*edge as usize] as usize;
                *edge += 1;
                if index[w] == NONE {
                    frames.push((w as u32, offsets[w]));
                } else if on_stack[w] {
                    low[v] = low[v].min(index[w]);
                }
                continue;
            }
            frames.pop();
            if let Some(&(parent, _)) = frames.last() {
                low[parent as usize] = low[parent as usize].min(low[v]);
            }
            if low[v] == index[v] {
                while let Some(w) = stack.pop() {
                    on_stack[w as usize] = false;
                    component[w as usize] = components;
                    if w as usize == v {
                        break;
                    }
                }
                components += 1;
            }
        }
    }
    std::hint::black_box(component);
    components as usize
}

/// The immediate dominator of each vertex that `root` reaches: Semi-NCA (Georgiadis, Tarjan,
/// Werneck 2006), including the lists of predecessors that it needs.
pub fn semi_nca(graph: &CsrGraph, root: u32) -> Vec<u32> {
    let count = graph.vertex_count();
    let (number, vertices, parent) = numbered(graph, root);
    let (starts, tails) = predecessors(graph, &number, &vertices);
    let mut ancestor = parent.clone();
    let mut semi: Vec<u32> = (0..vertices.len() as u32).collect();
    let mut label = semi.clone();
    let mut path = Vec::new();
    for v in (1..vertices.len()).rev() {
        let mut lowest = parent[v];
        for &tail in &tails[starts[v] as usize..starts[v + 1] as usize] {
            let tail = tail as usize;
            if tail > v {
                // The vertices above `v` have been linked.
                let mut top = tail;
                while ancestor[top] > v as u32 {
                    path.push(top);
                    top = ancestor[top] as usize;
                }
                let end = ancestor[top];
                let mut least = label[top];
                while let Some(w) = path.pop() {
                    ancestor[w] = end;
                    label[w] = label[w].min(least);
                    least = label[w];
                }
                lowest = lowest.min(label[tail]);
            } else {
                lowest = lowest.min(tail as u32);
            }
        }
        (semi[v], label[v]) = (lowest, lowest);
    }
    let mut idom = parent;
    for v in 1..vertices.len() {
        while idom[v] > semi[v] {
            idom[v] = idom[idom[v] as usize];
        }
    }
    let mut result = vec![NONE; count];
    for (&v, &above) in vertices.iter().zip(&idom).skip(1) {
        result[v as usize] = vertices[above as usize];
    }
    result
}

/// A depth-first search: the number in preorder of each vertex, the vertices in preorder, and the
/// numbers of their parents.
fn numbered(graph: &CsrGraph, root: u32) -> (Vec<u32>, Vec<u32>, Vec<u32>) {
    let (offsets, heads) = (graph.offsets(), graph.heads());
    let mut number = vec![NONE; graph.vertex_count()];
    let (mut vertices, mut parent) = (vec![root], vec![0]);
    number[root as usize] = 0;
    let mut frames = vec![(root, offsets[root as usize])];
    while let Some((v, edge)) = frames.last_mut() {
        if *edge == offsets[*v as usize + 1] {
            frames.pop();
            continue;
        }
        let w = heads[*edge as usize];
        *edge += 1;
        if number[w as usize] == NONE {
            number[w as usize] = vertices.len() as u32;
            parent.push(number[*v as usize]);
            vertices.push(w);
            frames.push((w, offsets[w as usize]));
        }
    }
    (number, vertices, parent)
}

/// By number, where the predecessors of each vertex start, and the predecessors.
fn predecessors(graph: &CsrGraph, number: &[u32], vertices: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let (offsets, heads) = (graph.offsets(), graph.heads());
    let row = |v: u32| &heads[offsets[v as usize] as usize..offsets[v as usize + 1] as usize];
    let mut starts = vec![0; vertices.len() + 2];
    for &v in vertices {
        for &w in row(v) {
            starts[number[w as usize] as usize + 2] += 1;
        }
    }
    for v in 2..starts.len() {
        starts[v] += starts[v - 1];
    }
    let mut tails = vec![0; starts[starts.len() - 1] as usize];
    for (tail, &v) in vertices.iter().enumerate() {
        for &w in row(v) {
            let place = &mut starts[number[w as usize] as usize + 1];
            tails[*place as usize] = tail as u32;
            *place += 1;
        }
    }
    (starts, tails)
}
