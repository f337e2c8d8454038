import type { World } from "../world.ts"
import type { RouteContext } from "./env.ts"

export interface Page {
  readonly page: number
  readonly perPage: number
}

const DEFAULT_PER_PAGE = 30
const MAX_PER_PAGE = 100

/** `page` and `per_page`. https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api */
export function pageOf(c: RouteContext): Page {
  const wanted = Number(c.req.query("per_page") ?? DEFAULT_PER_PAGE)
  return {
    page: Math.max(1, Math.trunc(Number(c.req.query("page") ?? 1)) || 1),
    perPage: Math.min(MAX_PER_PAGE, Math.max(1, Math.trunc(wanted) || DEFAULT_PER_PAGE)),
  }
}

/** The requested page of `items`, with GitHub's `Link` header. */
export function paginate<A>(world: World, c: RouteContext, items: ReadonlyArray<A>): Array<A> {
  const page = pageOf(c)
  linkPages(world, c, page, Math.ceil(items.length / page.perPage))
  return items.slice((page.page - 1) * page.perPage, page.page * page.perPage)
}

export function linkPages(world: World, c: RouteContext, { page }: Page, pages: number): void {
  const links: Array<string> = []
  const add = (rel: string, target: number): void => {
    const url = new URL(c.req.url)
    url.searchParams.set("page", String(target))
    links.push(`<${world.url}${url.pathname}${url.search}>; rel="${rel}"`)
  }
  if (page > 1) add("prev", page - 1)
  if (page < pages) add("next", page + 1)
  if (page < pages) add("last", pages)
  if (page > 1) add("first", 1)
  if (links.length > 0) c.header("link", links.join(", "))
}
