/**
 * Tables of one repository's coordinator (SQLite inside the Durable Object). Each entry is one version; append only.
 * `tasks.state` is the fold of the task's events; the columns beside it are what queries need, and what is no history:
 * `last_seen_at` (heartbeats), `started` and `start_at` (whether the engine has the run).
 */
const versions: ReadonlyArray<string> = [
  `CREATE TABLE events (
     position INTEGER PRIMARY KEY, task_id TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
     actor TEXT NOT NULL, cause TEXT NOT NULL, type TEXT NOT NULL, data TEXT NOT NULL, hash TEXT NOT NULL,
     UNIQUE (task_id, seq));
   CREATE TABLE tasks (
     id TEXT PRIMARY KEY, issue_number INTEGER NOT NULL, generation INTEGER NOT NULL, status TEXT NOT NULL,
     due_at INTEGER NOT NULL, run_id TEXT, deadline_at INTEGER, state TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL,
     log_seq INTEGER NOT NULL DEFAULT 0, last_seen_at INTEGER NOT NULL DEFAULT 0,
     started INTEGER NOT NULL DEFAULT 0, start_at INTEGER NOT NULL DEFAULT 0, start_failures INTEGER NOT NULL DEFAULT 0,
     UNIQUE (issue_number, generation));
   CREATE UNIQUE INDEX tasks_one_open ON tasks (issue_number) WHERE status IN ('pending', 'running', 'waiting');
   CREATE INDEX tasks_due ON tasks (due_at, id) WHERE status = 'pending';
   CREATE INDEX tasks_running ON tasks (last_seen_at) WHERE status = 'running';
   CREATE UNIQUE INDEX tasks_run ON tasks (run_id) WHERE run_id IS NOT NULL;
   CREATE TABLE counters (
     id INTEGER PRIMARY KEY CHECK (id = 1), pending INTEGER NOT NULL, running INTEGER NOT NULL, waiting INTEGER NOT NULL,
     completed INTEGER NOT NULL, failed INTEGER NOT NULL, cancelled INTEGER NOT NULL);
   INSERT INTO counters VALUES (1, 0, 0, 0, 0, 0, 0);
   CREATE TABLE logs (
     position INTEGER PRIMARY KEY, task_id TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
     stage TEXT, level TEXT NOT NULL, message TEXT NOT NULL, UNIQUE (task_id, seq));
   CREATE TABLE log_batches (run_id TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (run_id, key)) WITHOUT ROWID;
   CREATE TABLE deliveries (guid TEXT PRIMARY KEY, at INTEGER NOT NULL, task_id TEXT NOT NULL) WITHOUT ROWID;
   CREATE INDEX deliveries_at ON deliveries (at);
   CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;`,
  `CREATE TABLE endings (run_id TEXT PRIMARY KEY, input TEXT NOT NULL, start_at INTEGER NOT NULL, failures INTEGER NOT NULL) WITHOUT ROWID;`,
]

/** Whether this object ever held a task. A mere reader must not make storage out of a guessed id. */
export const isInitialised = (sql: SqlStorage): boolean =>
  sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'").toArray().length > 0

/** Brings the tables to the newest version; call inside a transaction. */
export const migrate = (sql: SqlStorage): void => {
  const known = isInitialised(sql) ? Number(sql.exec<{ value: string }>("SELECT value FROM meta WHERE key = 'version'").one().value) : 0
  if (known === versions.length) return
  for (const version of versions.slice(known)) sql.exec(version)
  sql.exec("INSERT OR REPLACE INTO meta VALUES ('version', ?)", String(versions.length))
}
