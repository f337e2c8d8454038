import type { TaskDetail } from "@loom/core/domain/TaskView"
import { useQuery } from "@tanstack/react-query"
import { plan } from "virtual:shapes"
import { type ProofFacts, proofFacts } from "../task/proof-facts.ts"
import { ApiError } from "./ApiError.ts"
import { getJson, getText } from "./client.ts"
import { isOpen } from "./polling.ts"

/** The proof as far as it is understood here; null when there is none (yet). */
export const useProof = (id: string) =>
  useQuery({
    queryKey: ["proof", id],
    queryFn: async ({ signal }): Promise<{ readonly facts: ProofFacts | null } | null> => {
      const text = await getText(`/tasks/${encodeURIComponent(id)}/proof`, signal)
      return text === null ? null : { facts: proofFacts(text) }
    },
    // A proof never changes; that there is none may.
    staleTime: ({ state }) => (state.data == null ? 5_000 : Number.POSITIVE_INFINITY),
  })

/** Looked at again while the task may still write it. */
const againMs = (task: TaskDetail): number | false => (isOpen(task.status) ? 5_000 : false)

/** The plan of a run that goes on; null when there is none yet. */
export const usePlan = (task: TaskDetail, enabled: boolean) =>
  useQuery({
    queryKey: ["plan", task.id, task.runId],
    queryFn: async ({ signal }) => {
      try {
        return await getJson(`/tasks/${encodeURIComponent(task.id)}/plan`, plan, signal)
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null
        throw error
      }
    },
    enabled,
    refetchInterval: againMs(task),
  })

/** The change as a unified diff: as it was last kept, or that of the proof. Null when there is none yet. */
export const usePatch = (task: TaskDetail) =>
  useQuery({
    queryKey: ["patch", task.id, task.runId, task.status],
    queryFn: ({ signal }) => getText(`/tasks/${encodeURIComponent(task.id)}/diff`, signal),
    refetchInterval: againMs(task),
  })
