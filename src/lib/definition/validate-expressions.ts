import type { ExprNode } from 'jsonata';
import type { Diagnostic } from './diagnostic.js';
import { Findings, isFields } from './findings.js';
import { jsonataExpression } from './jsonata-text.js';
import { readDefinition } from './parse.js';
import { states } from './states.js';

/**
 * What AWS says of JSONata expressions when a machine is created: they can be parsed, and they look at the data only through
 * variables, for there is no context item. Beside `validateDefinition`, because it loads the JSONata library (and so is
 * asynchronous), which a definition without JSONata does not need.
 */
export async function validateExpressions(text: string): Promise<Diagnostic[]> {
  const { machine } = readDefinition(text);
  if (machine === undefined) return [];
  const placed: { expression: string; location: string }[] = [];
  for (const { state, location, queryLanguage } of states(machine)) {
    if (queryLanguage === 'JSONata') collect(state, location, placed);
  }
  if (placed.length === 0) return [];
  const { default: jsonata } = await import('jsonata');
  const findings = new Findings();
  for (const { expression, location } of placed) {
    let ast: ExprNode;
    try {
      ast = jsonata(expression).ast();
    } catch (error) {
      findings.error('INVALID_JSONATA_EXPRESSION', (error as Error).message, location);
      continue;
    }
    for (const message of topLevelReferences(ast)) {
      findings.error('UNSUPPORTED_JSONATA_EXPRESSION', message, location);
    }
  }
  return findings.diagnostics;
}

/** Fields that hold graphs (whose states come by themselves) or no expressions. */
const LITERAL_FIELDS: ReadonlySet<string> = new Set([
  'Branches',
  'ItemProcessor',
  'Iterator',
  'Comment',
  'Resource',
  'Next',
]);

function collect(value: unknown, location: string, into: { expression: string; location: string }[]): void {
  if (typeof value === 'string') {
    const expression = jsonataExpression(value);
    if (expression !== undefined) into.push({ expression, location });
  } else if (Array.isArray(value)) {
    for (const [position, element] of value.entries()) collect(element, `${location}[${position}]`, into);
  } else if (isFields(value)) {
    for (const [name, held] of Object.entries(value)) {
      if (!LITERAL_FIELDS.has(name)) collect(held, `${location}/${name}`, into);
    }
  }
}

/** Parts of the library's tree that are evaluated against an item found before, not against the top-level context. */
const OWN_CONTEXT: ReadonlySet<string> = new Set([
  'stages',
  'predicate',
  'group',
  'terms',
  'pattern',
  'update',
  'delete',
]);

function topLevelReferences(ast: ExprNode): ReadonlySet<string> {
  const messages = new Set<string>();
  const visit = (node: unknown, top: boolean): void => {
    if (Array.isArray(node)) {
      for (const element of node) visit(element, top);
      return;
    }
    if (!isFields(node)) return;
    const { type, value } = node;
    if (type === 'variable' && value === '$') messages.add("Reference to '$$' is not supported.");
    if (type === 'name' && top) messages.add(`Reference to '${String(value)}' at the top level is not supported.`);
    for (const [part, held] of Object.entries(node)) {
      if (part === 'steps' && Array.isArray(held)) {
        for (const [position, step] of held.entries()) visit(step, top && position === 0);
      } else if (part !== 'value' && part !== 'arguments') {
        visit(held, top && !OWN_CONTEXT.has(part));
      } else if (part === 'arguments' && type !== 'lambda') {
        visit(held, top);
      }
    }
  };
  visit(ast, true);
  return messages;
}
