import { isPersonal } from '../history/personal-data.js';

/** One field in which two inputs differ; `undefined` values: absent on that side. Personal values read "(hidden)". */
export interface InputDifference {
  readonly field: string;
  readonly existing?: string;
  readonly given?: string;
}

const HIDDEN = '(hidden)';
/** More differences than this help nobody: the caller says how many were left out. */
const MOST = 20;

/** Names the fields that differ between two JSON values, deepest first come first served, at most 20. */
export function inputDifferences(existing: unknown, given: unknown): InputDifference[] {
  const found: InputDifference[] = [];
  compare('', existing, given, false, found);
  return found;
}

function compare(path: string, left: unknown, right: unknown, personal: boolean, found: InputDifference[]): void {
  if (found.length >= MOST || Object.is(left, right)) return;
  if (isContainer(left) && isContainer(right) && Array.isArray(left) === Array.isArray(right)) {
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      const step = Array.isArray(left) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
      compare(step, own(left, key), own(right, key), personal || isPersonal(key), found);
    }
    return;
  }
  found.push({
    field: path === '' ? '(the whole input)' : path,
    ...(left === undefined ? {} : { existing: personal ? HIDDEN : brief(left) }),
    ...(right === undefined ? {} : { given: personal ? HIDDEN : brief(right) }),
  });
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function own(value: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A container that stands on one side only is told by its kind: its values may be personal. */
function brief(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isContainer(value)) return 'an object';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
