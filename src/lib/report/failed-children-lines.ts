import { sanitize } from '../cli/sanitize.js';
import type { FailedChildren } from '../explain/failed-children.js';

/** A Map Run's failed children, a line each, and how many more there are. Status and explain show them. */
export function failedChildrenLines(children: FailedChildren): string[] {
  const lines = children.shown.map(({ name, status, error, message }) => {
    const why = [error, message].filter((part) => part !== undefined).join(': ');
    return sanitize(`${name}  ${status}${why === '' ? '' : `  ${why.slice(0, 160)}`}`);
  });
  const rest = children.total === undefined ? undefined : children.total - children.shown.length;
  if (rest !== undefined && rest > 0) lines.push(`and ${rest} more`);
  else if (rest === undefined && children.more) lines.push('and more');
  return lines;
}
