import type { Command } from '@oclif/core';

/**
 * Every command, in the order of help, by its id (colons between words). A module is evaluated when its command runs; a
 * test holds this table against the files in src/commands.
 */
export const COMMANDS: Readonly<Record<string, () => Promise<{ default: Command.Class }>>> = {
  start: () => import('./commands/start.js'),
  status: () => import('./commands/status.js'),
  history: () => import('./commands/history.js'),
  explain: () => import('./commands/explain.js'),
  graph: () => import('./commands/graph.js'),
  list: () => import('./commands/list.js'),
  stop: () => import('./commands/stop.js'),
  redrive: () => import('./commands/redrive.js'),
  audit: () => import('./commands/audit.js'),
  compensate: () => import('./commands/compensate.js'),
  'local:serve': () => import('./commands/local/serve.js'),
  'local:show': () => import('./commands/local/show.js'),
  'local:reset': () => import('./commands/local/reset.js'),
};

/** Words that only group commands, and what help says about them. */
export const TOPICS: Readonly<Record<string, string>> = {
  local: 'the embedded environment: its endpoint, its ledger and messages, a clean start',
};
