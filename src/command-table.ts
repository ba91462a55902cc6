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
  logs: () => import('./commands/logs.js'),
  list: () => import('./commands/list.js'),
  stop: () => import('./commands/stop.js'),
  redrive: () => import('./commands/redrive.js'),
  'cost-estimate': () => import('./commands/cost-estimate.js'),
  audit: () => import('./commands/audit.js'),
  compensate: () => import('./commands/compensate.js'),
  deploy: () => import('./commands/deploy.js'),
  destroy: () => import('./commands/destroy.js'),
  doctor: () => import('./commands/doctor.js'),
  validate: () => import('./commands/validate.js'),
  'local:serve': () => import('./commands/local/serve.js'),
  'local:show': () => import('./commands/local/show.js'),
  'local:reset': () => import('./commands/local/reset.js'),
};

/** Other names of commands: what is typed -> the command's id. Each also stands in its command's `aliases`, for help. */
export const ALIASES: Readonly<Record<string, string>> = {
  cost: 'cost-estimate',
};

/** Words that only group commands, and what help says about them. */
export const TOPICS: Readonly<Record<string, string>> = {
  local: 'the embedded environment: its endpoint, its ledger and messages, a clean start',
};
