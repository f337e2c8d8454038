import type { Me } from "@loom/core/domain/Me"
import { useQuery } from "@tanstack/react-query"
import { me } from "virtual:shapes"
import { getJson, sendTo } from "./client.ts"

/** Who looks at the page. */
export const useMe = () =>
  useQuery({
    queryKey: ["me"],
    queryFn: ({ signal }) => getJson("/me", me, signal),
    staleTime: 60_000,
  })

export const hasAccount = ({ accountId, credential }: Me): boolean => accountId !== null && credential === "session"

export const isOperator = ({ kind, scopes }: Me): boolean => (kind === "operator" || kind === "local") && scopes.includes("admin")

/** Ends this browser's session. */
export const signOut = (): Promise<unknown> => sendTo("/auth/logout", { method: "POST" })
