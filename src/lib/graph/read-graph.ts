import { Failure } from '../cli/failure.js';
import { describeDiagnostic } from '../definition/diagnostic.js';
import { readDefinition } from '../definition/parse.js';
import { workflowGraph, type WorkflowGraph } from './workflow-graph.js';

/** @param source what the text is, for the message. @throws Failure (usage) for a text that is no definition */
export function readGraph(text: string, source: string): WorkflowGraph {
  const { machine, diagnostics } = readDefinition(text);
  if (machine !== undefined) return workflowGraph(machine);
  const [first] = diagnostics;
  throw new Failure(
    'usage',
    `${source} is not a definition in the States Language: ${first === undefined ? 'unreadable' : describeDiagnostic(first)}`,
    { suggestions: ['orders validate lists everything that is wrong with it'] },
  );
}
