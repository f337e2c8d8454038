/** SQLite in a Durable Object takes at most 100 bound parameters per statement. */
const MAX_PARAMETERS = 100

/** Rows of one table that wait to be written, many per statement: a statement costs more than a row. */
class Waiting {
  readonly #table: string
  readonly #columns: ReadonlyArray<string>
  readonly #statements = new Map<number, string>()
  #values: Array<SqlStorageValue> = []

  constructor(table: string, columns: ReadonlyArray<string>) {
    this.#table = table
    this.#columns = columns
  }

  /** As many values as there are columns. */
  add(...values: ReadonlyArray<SqlStorageValue>): void {
    this.#values.push(...values)
  }

  write(sql: SqlStorage): void {
    const values = this.#values
    this.#values = []
    const size = Math.floor(MAX_PARAMETERS / this.#columns.length) * this.#columns.length
    for (let from = 0; from < values.length; from += size) {
      const part = values.length <= size ? values : values.slice(from, from + size)
      sql.exec(this.#statementFor(part.length / this.#columns.length), ...part)
    }
  }

  clear(): void {
    this.#values = []
  }

  #statementFor(rows: number): string {
    const row = `(${this.#columns.map(() => "?").join(", ")})`
    const statement =
      this.#statements.get(rows) ??
      `INSERT INTO ${this.#table} (${this.#columns.join(", ")}) VALUES ${Array.from({ length: rows }, () => row).join(", ")}`
    this.#statements.set(rows, statement)
    return statement
  }
}

/** What a transaction makes new, until it is written. The arguments are the columns in this order. */
export class FreshRows {
  readonly #events = new Waiting("events", ["task_id", "seq", "at", "actor", "cause", "type", "data", "hash"])
  readonly #tasks = new Waiting("tasks", [
    "status",
    "due_at",
    "run_id",
    "deadline_at",
    "state",
    "seq",
    "hash",
    "id",
    "issue_number",
    "generation",
  ])
  readonly #deliveries = new Waiting("deliveries", ["guid", "at", "task_id"])

  event(taskId: string, seq: number, at: number, actor: string, cause: string, type: string, data: string, hash: string): void {
    this.#events.add(taskId, seq, at, actor, cause, type, data, hash)
  }

  task(
    status: string,
    dueAt: number,
    runId: string | null,
    deadlineAt: number | null,
    state: string,
    seq: number,
    hash: string,
    id: string,
    issueNumber: number,
    generation: number,
  ): void {
    this.#tasks.add(status, dueAt, runId, deadlineAt, state, seq, hash, id, issueNumber, generation)
  }

  delivery(guid: string, at: number, taskId: string): void {
    this.#deliveries.add(guid, at, taskId)
  }

  write(sql: SqlStorage): void {
    this.#tasks.write(sql)
    this.#events.write(sql)
    this.#deliveries.write(sql)
  }

  clear(): void {
    for (const rows of [this.#tasks, this.#events, this.#deliveries]) rows.clear()
  }
}
