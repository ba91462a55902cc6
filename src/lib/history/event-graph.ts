import type { EventKind } from './event-kind.js';
import type { PathStep, Visit } from './visit.js';

/** A place that runs one state after another: the execution itself, a branch of a Parallel, an item of a Map. */
export interface Frame {
  readonly parent?: VisitNode;
  readonly path: readonly PathStep[];
  /** The visit it is in, or the last one it was in. */
  current?: VisitNode;
}

/** A visit and where it hangs. `frames` are those of its latest round of branches. */
export interface VisitNode {
  readonly visit: Visit;
  readonly frame: Frame;
  frames: Frame[];
}

/** Where an event happened: in a visit, or in a frame between two of them. */
export interface Position {
  readonly frame: Frame;
  readonly node?: VisitNode;
}

/** What happened, as far as it matters for finding causes: an expression that failed called nobody. */
export type Happening = EventKind['is'] | 'expression-failed';

interface Entry extends Position {
  readonly previous: number;
  readonly kind: Happening;
}

/** Kinds that pass an error on; the event it came from lies behind them. */
const PASSES_ON: ReadonlySet<Happening> = new Set(['branches-failed', 'iteration', 'state-aborted', 'execution']);

/**
 * What is kept of every event: its place and its predecessor, a few words each, no payloads. previousEventId is the
 * cause of an event and may lead into another branch [recorded]; it never leads forward, so walks end.
 */
export class EventGraph {
  readonly root: Frame = { path: [] };
  private readonly entries = new Map<number, Entry>();

  private newest = 0;

  add(id: number | undefined, previous: number, kind: EventKind, position: Position): void {
    // AWS counts from 1; with 0 being nobody's id, walks end there.
    if (id === undefined || !Number.isSafeInteger(id) || id < 1) return;
    const { frame, node } = position;
    const happening = kind.is === 'failed' && kind.expression === true ? 'expression-failed' : kind.is;
    const entry: Entry = { previous: previous < id ? previous : 0, kind: happening, frame };
    this.entries.set(id, node ? { ...entry, node } : entry);
    this.newest = Math.max(this.newest, id);
  }

  /** Events that have to be there, since ids have no gaps [recorded], and are not. */
  get missing(): number {
    return this.newest - this.entries.size;
  }

  at(id: number | undefined): Position {
    const entry = id === undefined ? undefined : this.entries.get(id);
    return entry ?? { frame: this.root, ...(this.root.current ? { node: this.root.current } : {}) };
  }

  knows(id: number | undefined): boolean {
    return id !== undefined && this.entries.has(id);
  }

  /** Back over the events that only pass an error on, to the event with which the trouble began. */
  origin(id: number): { id: number; kind: Happening; node?: VisitNode } | undefined {
    for (let at = id, entry = this.entries.get(at); entry; at = entry.previous, entry = this.entries.get(at)) {
      if (!PASSES_ON.has(entry.kind)) return { id: at, kind: entry.kind, ...(entry.node ? { node: entry.node } : {}) };
    }
    return undefined;
  }

  /** The states that were left one after another before an event, latest first, as its chain of causes has them. */
  *leftBefore(id: number): Generator<VisitNode> {
    for (let entry = this.entries.get(id); entry; entry = this.entries.get(entry.previous)) {
      if (entry.kind === 'exited' && entry.node) yield entry.node;
    }
  }
}

/** The visit at a position and those around it, innermost first. */
export function* enclosing(position: Position): Generator<VisitNode> {
  let node = position.node ?? position.frame.parent;
  while (node) {
    yield node;
    node = node.frame.parent;
  }
}

/** The visits that are open in a frame, the innermost ones only: where the execution stands. */
export function* openLeaves(frame: Frame): Generator<VisitNode> {
  const node = frame.current;
  if (node === undefined || node.visit.outcome !== 'running') return;
  let deeper = false;
  for (const inner of node.frames) {
    for (const leaf of openLeaves(inner)) {
      deeper = true;
      yield leaf;
    }
  }
  if (!deeper) yield node;
}
