import type { AccessScope } from "@loom/core/domain/AccessScope"
import type { Tier } from "@loom/core/domain/Tier"
import { useQuery } from "@tanstack/react-query"
import { accountPage, madeApiToken, sessionList, tokenList } from "virtual:shapes"
import { getJson, sendFor, sendJson } from "./client.ts"
import { useWrite } from "./use-write.ts"

export const useTokens = (enabled: boolean) =>
  useQuery({ queryKey: ["tokens"], queryFn: ({ signal }) => getJson("/me/tokens", tokenList, signal), enabled })

export const useSessions = (enabled: boolean) =>
  useQuery({ queryKey: ["sessions"], queryFn: ({ signal }) => getJson("/me/sessions", sessionList, signal), enabled })

export const useAccounts = (enabled: boolean, after: string | null) =>
  useQuery({
    queryKey: ["accounts", after],
    queryFn: ({ signal }) => getJson(`/accounts${after === null ? "" : `?cursor=${encodeURIComponent(after)}`}`, accountPage, signal),
    enabled,
  })

interface NewToken {
  readonly name: string
  readonly scope: AccessScope
  readonly expiresInDays: number
}

export const useMakeToken = (onDone: (token: string) => void) =>
  useWrite({
    write: (body: NewToken) => sendFor({ method: "POST", path: "/me/tokens", body }, madeApiToken),
    done: ({ name }) => ({ title: `Token "${name}" is made.` }),
    failed: "No token was made.",
    renews: ["tokens"],
    onDone: ({ token }) => onDone(token),
  })

export const useRevokeToken = () =>
  useWrite({
    write: (id: string) => sendJson({ method: "DELETE", path: `/me/tokens/${encodeURIComponent(id)}` }),
    done: () => ({ title: "The token is revoked." }),
    failed: "The token was not revoked.",
    renews: ["tokens"],
  })

export const useEndSession = () =>
  useWrite({
    write: (id: string) => sendJson({ method: "DELETE", path: `/me/sessions/${encodeURIComponent(id)}` }),
    done: () => ({ title: "That sign-in has ended." }),
    failed: "The sign-in was not ended.",
    renews: ["sessions", "me"],
  })

interface AccountChange {
  /** `u_<GitHub's user id>`: the login that the page shows may be somebody else's by now. */
  readonly id: string
  readonly change: { readonly tier: Tier } | { readonly blocked: { readonly reason: string } | null }
}

export const useChangeAccount = () =>
  useWrite({
    write: ({ change, id }: AccountChange) => sendJson({ method: "PATCH", path: `/accounts/${encodeURIComponent(id)}`, body: change }),
    done: () => ({ title: "The account is changed." }),
    failed: "The account was not changed.",
    renews: ["accounts"],
  })
