/**
 * The name that was probably meant: equal but for case, `_` and `-`, or at most two letters away.
 *
 * @param candidates known names; the order decides between equals.
 */
export function misspelt(name: string, candidates: readonly string[]): string | undefined {
  const plain = bare(name);
  // Two edits turn a short name into nearly any other: those must be nearer.
  return candidates.find((candidate) => editDistance(plain, bare(candidate)) <= (candidate.length > 5 ? 2 : 1));
}

function bare(name: string): string {
  return name.slice(0, 40).toLowerCase().replace(/[_-]/g, '');
}

/** Levenshtein's: insertions, deletions and replacements that turn `from` into `to`. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
