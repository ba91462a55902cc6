import type { HistoryEvent } from '../../src/lib/history/event.js';

/**
 * Events from lines as one would note them down: `12 <- 11 TaskFailed error=Boom cause=it_broke`, one second apart by id unless
 * `@250` gives the milliseconds. A word without "=" is the state's name; "_" stands for a blank in values.
 */
export function events(text: string): HistoryEvent[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [, id, previous, type = '', rest = ''] = /^\s*(\d+) <- (\d+) (\w+)(.*)$/.exec(line) ?? [];
      const details: Record<string, unknown> = {};
      let timestamp = Number(id) * 1_000;
      for (const word of rest.trim().split(' ').filter(Boolean)) {
        const [key = '', ...value] = word.split('=');
        if (word.startsWith('@')) timestamp = Number(word.slice(1));
        else if (value.length === 0) details['name'] = key;
        else details[key] = key === 'index' || key === 'length' ? Number(value) : value.join('=').replaceAll('_', ' ');
      }
      return {
        id: Number(id),
        previousEventId: Number(previous),
        timestamp,
        type,
        [`${detailsKey(type)}EventDetails`]: details,
      };
    });
}

function detailsKey(type: string): string {
  if (/State(Entered|Exited)$/.test(type)) return type.endsWith('Entered') ? 'stateEntered' : 'stateExited';
  return type.charAt(0).toLowerCase() + type.slice(1);
}
