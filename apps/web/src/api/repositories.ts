import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { repositoryDetail, repositoryPage } from "virtual:shapes"
import { getJson } from "./client.ts"

/** Repositories that this person may see, by name, a page at a time. */
export const useRepositories = (cursor: string | null = null) =>
  useQuery({
    queryKey: ["repositories", cursor],
    queryFn: ({ signal }) =>
      getJson(`/repositories?limit=100${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`, repositoryPage, signal),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  })

/** One of them with its configuration, as Loom reads it now; not asked for without a name. */
export const useRepository = (name: string | null) =>
  useQuery({
    queryKey: ["repository", name],
    queryFn: ({ signal }) =>
      getJson(`/repositories/${(name ?? "").split("/").map(encodeURIComponent).join("/")}`, repositoryDetail, signal),
    enabled: name !== null,
    staleTime: 10_000,
  })
