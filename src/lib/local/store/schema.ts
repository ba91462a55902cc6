/**
 * Tables of the Step Functions service. Times are epoch milliseconds. An execution's events live in `records`, keyed by the
 * execution's row and the event's id, so that a page of history is a range of one B-tree.
 */
export const statesSchema = `
CREATE TABLE IF NOT EXISTS state_machines (
  arn TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  deleted_at INTEGER
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS state_machine_revisions (
  revision INTEGER PRIMARY KEY AUTOINCREMENT,
  revision_id TEXT NOT NULL,
  state_machine_arn TEXT NOT NULL,
  definition TEXT NOT NULL,
  role_arn TEXT NOT NULL,
  logging TEXT NOT NULL,
  tracing TEXT NOT NULL,
  created_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS state_machine_encryption (
  revision INTEGER PRIMARY KEY REFERENCES state_machine_revisions(revision),
  encryption TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS executions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  arn TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  state_machine_arn TEXT NOT NULL,
  revision INTEGER NOT NULL REFERENCES state_machine_revisions(revision),
  input TEXT NOT NULL,
  trace_header TEXT,
  status TEXT NOT NULL,
  output TEXT,
  error TEXT,
  cause TEXT,
  started_at INTEGER NOT NULL,
  stopped_at INTEGER,
  redrive_count INTEGER NOT NULL DEFAULT 0,
  redriven_at INTEGER,
  last_event_id INTEGER NOT NULL DEFAULT 0,
  fast_forward INTEGER NOT NULL DEFAULT 0,
  skipped_ms INTEGER NOT NULL DEFAULT 0,
  wakes_at INTEGER
);
CREATE INDEX IF NOT EXISTS executions_by_machine ON executions (state_machine_arn, started_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS executions_by_status ON executions (state_machine_arn, status, started_at DESC, id DESC);
CREATE INDEX IF NOT EXISTS executions_running ON executions (id) WHERE status = 'RUNNING';

CREATE TABLE IF NOT EXISTS records (
  execution INTEGER NOT NULL REFERENCES executions(id) ON DELETE CASCADE,
  id INTEGER NOT NULL,
  event TEXT NOT NULL,
  note TEXT,
  PRIMARY KEY (execution, id)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS leases (
  execution INTEGER PRIMARY KEY REFERENCES executions(id) ON DELETE CASCADE,
  owner TEXT NOT NULL,
  pid INTEGER NOT NULL,
  since INTEGER NOT NULL,
  renewed_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS signals (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  execution INTEGER NOT NULL REFERENCES executions(id) ON DELETE CASCADE,
  signal TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS preparations (
  name TEXT PRIMARY KEY,
  fast_forward INTEGER NOT NULL,
  injections TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS injections (
  execution INTEGER NOT NULL REFERENCES executions(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  state_name TEXT NOT NULL,
  error TEXT NOT NULL,
  remaining INTEGER NOT NULL,
  PRIMARY KEY (execution, position)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS task_tokens (
  token TEXT PRIMARY KEY,
  execution INTEGER NOT NULL REFERENCES executions(id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  resource TEXT NOT NULL,
  open INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS task_tokens_by_call ON task_tokens (execution, key);

CREATE TABLE IF NOT EXISTS redrive_tokens (
  execution INTEGER NOT NULL REFERENCES executions(id) ON DELETE CASCADE,
  token TEXT NOT NULL,
  redriven_at INTEGER NOT NULL,
  PRIMARY KEY (execution, token)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS resource_tags (
  arn TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (arn, key)
) WITHOUT ROWID;
`;
