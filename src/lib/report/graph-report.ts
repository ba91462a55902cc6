import { sanitize } from '../cli/sanitize.js';
import type { Execution } from '../execution/execution.js';
import type { ExecutionMarks, Mark, MarkOutcome } from '../graph/execution-marks.js';
import type { Picture, PicturedGraph, PicturedState } from '../graph/picture.js';
import type { WorkflowGraph, GraphState } from '../graph/workflow-graph.js';

export const GRAPH_FORMATS = ['terminal', 'svg', 'mermaid', 'dot'] as const;
export type GraphFormat = (typeof GRAPH_FORMATS)[number];

/** What `graph --json` prints. */
export interface GraphAnswer {
  readonly environment?: string;
  readonly stateMachineArn?: string;
  readonly file?: string;
  readonly executionArn?: string;
  readonly orderId?: string;
  readonly status?: Execution['status'];
  readonly format: GraphFormat;
  /** Where the picture was written. */
  readonly output?: string;
  /** The picture itself, where no file was named. */
  readonly picture?: string;
  readonly states: readonly GraphStateAnswer[];
}

export interface GraphStateAnswer {
  readonly stateName: string;
  readonly type: GraphState['type'];
  /** 0 at the top, 1 inside a Parallel or Map. */
  readonly depth: number;
  /** With an execution: what became of it; `not-reached`, or `elsewhere` where child executions run it. */
  readonly outcome?: MarkOutcome;
  readonly visits?: number;
  readonly attempts?: number;
  readonly error?: string;
}

/** The graph with texts fit to be shown, and what the execution did in each state. */
export function picture(title: string, graph: WorkflowGraph, marks: ExecutionMarks | undefined): Picture {
  return { title: sanitize(title), graph: picturedGraph(graph, marks), marked: marks !== undefined };
}

function picturedGraph(graph: WorkflowGraph, marks: ExecutionMarks | undefined): PicturedGraph {
  return {
    start: graph.start,
    states: graph.states.map((state): PicturedState => {
      const mark = marks?.markOf(state.name);
      return {
        name: state.name,
        label: sanitize(state.name),
        type: state.type,
        ...(mark === undefined ? {} : { outcome: mark.outcome, note: noteOf(state, mark) }),
        edges: state.edges.map((edge) => ({
          to: edge.to,
          kind: edge.kind,
          ...(edge.label === undefined ? {} : { label: sanitize(edge.label) }),
          ...(marks === undefined ? {} : { taken: marks.taken(state.name, edge) }),
        })),
        ends: state.ends,
        inner: state.inner.map((inner) => picturedGraph(inner, marks)),
      };
    }),
  };
}

const WORDS: Readonly<Record<MarkOutcome, string>> = {
  'not-reached': 'not reached',
  elsewhere: 'in child executions',
  succeeded: 'succeeded',
  caught: 'error caught',
  running: 'running',
  aborted: 'abandoned',
  'timed-out': 'timed out',
  failed: 'failed',
};

/** In words, since a picture may be printed, or read by somebody who does not tell red from green. */
function noteOf(state: GraphState, { outcome, visits, attempts, error }: Mark): string {
  const parts = [outcome === 'failed' && state.type === 'Fail' ? 'ended here' : WORDS[outcome]];
  if (error !== undefined && outcome !== 'succeeded') parts.push(sanitize(error));
  if (visits > 1) parts.push(`${visits} visits`);
  if (attempts > visits) parts.push(`${attempts} attempts`);
  return parts.join(', ');
}

/** Every state in the order of the picture, for scripts. */
export function stateAnswers(graph: WorkflowGraph, marks: ExecutionMarks | undefined, depth = 0): GraphStateAnswer[] {
  return graph.states.flatMap((state) => [
    { stateName: state.name, type: state.type, depth, ...marks?.markOf(state.name) },
    ...state.inner.flatMap((inner) => stateAnswers(inner, marks, depth + 1)),
  ]);
}

/** The picture as a text. */
export async function drawPicture(drawn: Picture, format: Exclude<GraphFormat, 'terminal'>): Promise<string> {
  switch (format) {
    case 'svg': {
      const { svgText } = await import('../graph/svg.js');
      return svgText(drawn);
    }
    case 'mermaid': {
      const { mermaidText } = await import('../graph/mermaid.js');
      return mermaidText(drawn);
    }
    case 'dot': {
      const { dotText } = await import('../graph/dot.js');
      return dotText(drawn);
    }
  }
}
