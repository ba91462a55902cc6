import { pathText, type PathStep, type Visit } from './visit.js';

interface TreeNode {
  readonly visit?: Visit;
  /** By branch or item; the visits of one in the order in which they were entered. */
  readonly inner: Map<number, TreeNode[]>;
}

/**
 * Visits as a person would list them: below a Parallel all of branch 1, then all of branch 2; below a Map item by item,
 * however their events were mixed. A visit whose surroundings are not among those given stands at the top.
 */
export function inTreeOrder(visits: readonly Visit[]): Visit[] {
  const top: TreeNode[] = [];
  /** The latest visit of a state in a place: in loops the later ones' branches belong to it. */
  const latest = new Map<string, TreeNode>();
  for (const visit of visits) {
    const node: TreeNode = { visit, inner: new Map() };
    const step = visit.path.at(-1);
    const parent = step === undefined ? undefined : latest.get(placeKey(visit.path.slice(0, -1), step.stateName));
    if (parent === undefined || step === undefined) top.push(node);
    else {
      const row = parent.inner.get(step.index);
      if (row === undefined) parent.inner.set(step.index, [node]);
      else row.push(node);
    }
    latest.set(placeKey(visit.path, visit.stateName), node);
  }
  const ordered: Visit[] = [];
  for (const node of top) collect(node, ordered);
  return ordered;
}

function collect(node: TreeNode, into: Visit[]): void {
  if (node.visit !== undefined) into.push(node.visit);
  for (const index of [...node.inner.keys()].sort((left, right) => left - right))
    for (const inner of node.inner.get(index) ?? []) collect(inner, into);
}

function placeKey(path: readonly PathStep[], stateName: string): string {
  return `${pathText(path)}\n${stateName}`;
}
