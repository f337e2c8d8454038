import type { Edge } from "../../contract/edge.ts"

const BATCH = 1_000
/** As large as a finished task's usually is. */
const detail = JSON.stringify({
  stages: Array.from({ length: 9 }, (_, n) => ({ name: "code", startedAt: n, endedAt: n + 1, outcome: "ok", summary: "x".repeat(80) })),
  outcome: null,
})

/** `count` tasks in `repositories` repositories, a second apart, most of them ended. */
export const seedTasks = async (database: Edge["database"], count: number, repositories: number): Promise<void> => {
  const numbers = (from: number, to: number) => JSON.stringify(Array.from({ length: to - from }, (_, n) => from + n))
  await database
    .prepare(
      `INSERT INTO repositories (id, installation_id, owner, name, pending, running, waiting, completed, failed, cancelled, position)
       SELECT value, 1, 'octo', 'repo-' || value, 0, 1, 0, 350, 100, 49, 1 FROM json_each(?)`,
    )
    .bind(numbers(0, repositories))
    .run()
  for (let from = 0; from < count; from += BATCH)
    await database
      .prepare(
        `INSERT INTO tasks (id, repository_id, repository, issue_number, issue_url, title, generation, status, requested_by, attempt, detail, seq, created_at, updated_at)
         SELECT 't_' || (value % ?1) || '_' || value || '_1', value % ?1, 'octo/repo-' || (value % ?1), value,
           'https://github.test/octo/repo/issues/' || value,
           'The ' || (CASE value % 5 WHEN 0 THEN 'parser' WHEN 1 THEN 'login page' ELSE 'importer' END) || ' fails on case ' || value || ' when the input is empty',
           1, CASE WHEN value % 500 = 9 THEN 'running' WHEN value % 10 < 7 THEN 'completed' WHEN value % 10 < 9 THEN 'failed' ELSE 'cancelled' END,
           'ada', 1, ?2, 3, 1700000000000 + value * 1000, 1700000000000 + value * 1000
         FROM json_each(?3)`,
      )
      .bind(repositories, detail, numbers(from, Math.min(count, from + BATCH)))
      .run()
}
