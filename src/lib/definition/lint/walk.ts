import { transitions } from '../check-transitions.js';
import type { StateGraph } from '../types.js';

/** The states in an order in which each comes after all that lead to it, and those to which a circle leads back. */
export function walk(graph: StateGraph): { readonly order: readonly string[]; readonly repeated: ReadonlySet<string> } {
  const order: string[] = [];
  const repeated = new Set<string>();
  const done = new Set<string>();
  const open = new Set<string>();
  // A stack of its own: a definition of 1 MB can hold ten thousand states in a row.
  const stack: { readonly name: string; readonly targets: string[] }[] = [];
  const enter = (name: string): void => {
    const state = graph.States[name];
    if (state === undefined) return;
    open.add(name);
    stack.push({ name, targets: [...transitions(state)].map(({ target }) => target).reverse() });
  };
  enter(graph.StartAt);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.targets.pop();
    if (next === undefined) {
      stack.pop();
      open.delete(top.name);
      done.add(top.name);
      order.push(top.name);
    } else if (open.has(next)) repeated.add(next);
    else if (!done.has(next)) enter(next);
  }
  return { order: order.reverse(), repeated };
}
