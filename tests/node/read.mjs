// node --require ./promise.cjs read.mjs NAME SNAPSHOT [LATER SNAPSHOT]: what memlab and the DevTools find in heap
// snapshots, as JSON. NAME is the class of which every object is told in full.
import memlab from "@memlab/core";
import { HeapSnapshotManager } from "./node_modules/chrome-devtools-mcp/build/src/processors/HeapSnapshotManager.js";


const [name, ...files] = process.argv.slice(2);
memlab.config.muteConsole = true;

async function byMemlab(file) {
  const heap = await memlab.utils.getSnapshotFromFile(file, { buildNodeIdIndex: true });
  memlab.analysis.preparePathFinder(heap);
  const counts = {};
  const objects = [];
  let total = 0;
  heap.nodes.forEach((node) => {
    total += node.self_size;
    counts[`${node.type} ${node.name}`] = (counts[`${node.type} ${node.name}`] ?? 0) + 1;
    if (node.name !== name) return;
    const references = [];
    node.forEachReference((edge) => {
      references.push([edge.type, edge.name_or_index, edge.toNode.name]);
    });
    const referrers = [];
    node.forEachReferrer((edge) => {
      referrers.push([edge.type, edge.name_or_index, edge.fromNode.name]);
    });
    const { id, self_size: size, retainedSize: retained } = node;
    objects.push({ id, size, retained, references, referrers });
  });
  return { nodes: heap.nodes.length, edges: heap.edges.length, total, counts, objects };
}

const manager = new HeapSnapshotManager();

async function byDevTools(file) {
  const { nodeCount, totalSize } = await manager.getStaticData(file);
  const { aggregates, totalSelfSize } = await manager.getAggregates(file);
  const classes = {};
  for (const { className, count, selfSize } of aggregates) classes[className] = [count, selfSize];
  const found = aggregates.find((aggregate) => aggregate.className === name);
  const nodes = found === undefined ? [] : (await manager.getNodesById(file, found.id)).items;
  const objects = nodes.map((node) => ({
    id: node.id,
    size: node.selfSize,
    retained: node.retainedSize,
    distance: node.distance,
  }));
  return { nodes: nodeCount, total: totalSize, listed: totalSelfSize, classes, objects };
}

const read = [];
for (const file of files) {
  read.push({ memlab: await byMemlab(file), devtools: await byDevTools(file) });
}
const answer = { read };
if (files.length === 2) {
  const { classDiffs } = await manager.getClassDiffs(...files);
  answer.changes = {};
  for (const { className, addedCount, removedCount, sizeDelta } of classDiffs) {
    answer.changes[className] = [addedCount, removedCount, sizeDelta];
  }
}
manager.dispose();
process.stdout.write(JSON.stringify(answer), () => process.exit(0));
