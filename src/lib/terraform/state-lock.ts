import type { Diagnostic } from './message.js';

/** Who holds a state's lock, from the diagnostic that tells that it is held. */
export interface StateLock {
  readonly id: string;
  readonly who: string;
  readonly operation: string;
  /** When it was taken; absent when it cannot be read. */
  readonly created?: Date;
}

/** @returns undefined for a diagnostic about something else. */
export function heldLock({ detail }: Pick<Diagnostic, 'detail'>): StateLock | undefined {
  const lines = detail.split('\n');
  const start = lines.findIndex((line) => line.trim() === 'Lock Info:');
  if (start < 0) return undefined;
  const fields = new Map(
    lines.slice(start + 1).flatMap((line) => {
      const [, name, value] = /^\s+(\w+):\s*(.*)$/u.exec(line) ?? [];
      return name === undefined ? [] : [[name, value?.trim() ?? ''] as const];
    }),
  );
  const id = fields.get('ID');
  if (id === undefined) return undefined;
  const created = goTime(fields.get('Created') ?? '');
  return {
    id,
    who: fields.get('Who') || 'somebody',
    operation: (fields.get('Operation') ?? '').replace(/^OperationType/u, '').toLowerCase(),
    ...(created === undefined ? {} : { created }),
  };
}

/** Go's way to write a time: `2026-11-22 16:42:35.730856917 +0000 UTC`. */
function goTime(text: string): Date | undefined {
  const [, date, time, sign = '+', hours = '00', minutes = '00'] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)? ([+-])(\d\d)(\d\d)/u.exec(text) ?? [];
  if (date === undefined || time === undefined) return undefined;
  const epoch = Date.parse(`${date}T${time}${sign}${hours}:${minutes}`);
  return Number.isNaN(epoch) ? undefined : new Date(epoch);
}
