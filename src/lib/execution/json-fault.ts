/** Where a text stops being JSON; line and column count from 1, columns in UTF-16 units as editors do. */
export interface JsonFault {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  readonly problem: string;
}

const SPACE = /[ \t\n\r]*/y;
const SCALAR = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/**
 * Finds the first fault of a text that is not JSON, or `undefined` when it is. JSON.parse's own messages name a
 * position on some versions of Node and none on others. One pass, a stack instead of recursion: depth is no danger.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  let at = 0;
  const open: ('{' | '[')[] = [];
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const fault = (problem: string, offset = at): JsonFault => locate(text, offset, problem);
  /** A member's name and colon. */
  const key = (): JsonFault | undefined => {
    if (!take(STRING))
      return fault(
        text[at] === '"' ? 'a string that does not end or has a bad escape' : 'a name in double quotes is expected',
      );
    take(SPACE);
    if (text[at] !== ':') return fault('":" is expected');
    at += 1;
    take(SPACE);
    return undefined;
  };

  take(SPACE);
  for (;;) {
    // A value is expected here.
    const first = text[at];
    if (first === '{' || first === '[') {
      at += 1;
      take(SPACE);
      if (text[at] !== (first === '{' ? '}' : ']')) {
        open.push(first);
        const bad = first === '{' ? key() : undefined;
        if (bad) return bad;
        continue;
      }
      at += 1;
    } else if (!take(first === '"' ? STRING : SCALAR)) {
      if (first === undefined) return fault('the text ends too early');
      return fault(first === '"' ? 'a string that does not end or has a bad escape' : 'a value is expected');
    }
    // After a value: close what is complete, then go on behind a comma.
    for (;;) {
      take(SPACE);
      const container = open.at(-1);
      if (container === undefined)
        return at === text.length ? undefined : fault('more text after the end of the value');
      const next = text[at];
      if (next === (container === '{' ? '}' : ']')) {
        at += 1;
        open.pop();
        continue;
      }
      if (next === undefined) return fault('the text ends too early');
      if (next !== ',') return fault(container === '{' ? '"," or "}" is expected' : '"," or "]" is expected');
      at += 1;
      take(SPACE);
      const bad = container === '{' ? key() : undefined;
      if (bad) return bad;
      break;
    }
  }
}

function locate(text: string, offset: number, problem: string): JsonFault {
  let line = 1;
  let lineStart = 0;
  for (let index = text.indexOf('\n'); index !== -1 && index < offset; index = text.indexOf('\n', index + 1)) {
    line += 1;
    lineStart = index + 1;
  }
  return { offset, line, column: offset - lineStart + 1, problem };
}
