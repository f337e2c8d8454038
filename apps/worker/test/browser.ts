import { exports } from "cloudflare:workers"
import { inject } from "vitest"

export const LOOM = "https://loom.test"

/** A browser: keeps cookies, follows nothing by itself, and says where a request comes from. */
export class Browser {
  readonly #cookies = new Map<string, string>()

  get cookies(): ReadonlyMap<string, string> {
    return this.#cookies
  }

  async ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers({
      "user-agent": "a browser of the tests",
      "sec-fetch-site": "same-origin",
      origin: LOOM,
      ...(typeof init.body === "string" ? { "content-type": "application/json" } : {}),
      ...Object.fromEntries(new Headers(init.headers)),
    })
    if (this.#cookies.size > 0) headers.set("cookie", [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; "))
    const response = await exports.default.fetch(new Request(`${LOOM}${path}`, { redirect: "manual", ...init, headers }))
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/max-age=0/i.test(line)) this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
    return response
  }

  /** To GitHub, as `login`, and back: what the callback answers. */
  async signIn(login: string, returnTo = "/", decision: "authorize" | "cancel" = "authorize"): Promise<Response> {
    const away = await this.ask(`/auth/login?return_to=${encodeURIComponent(returnTo)}`)
    return this.ask(await atGitHub(away.headers.get("location") ?? "", login, decision))
  }

  plant(name: string, value: string): void {
    this.#cookies.set(name, value)
  }
}

/** The person decides on GitHub's page; where GitHub sends the browser then, as a path of Loom. */
export const atGitHub = async (address: string, login: string, decision: "authorize" | "cancel" = "authorize"): Promise<string> => {
  const fields = new URLSearchParams(new URL(address).searchParams)
  fields.set("login", login)
  fields.set("decision", decision)
  const answer = await fetch(`${inject("github").url}/login/oauth/authorize`, { method: "POST", body: fields, redirect: "manual" })
  const back = new URL(answer.headers.get("location") ?? "")
  return `${back.pathname}${back.search}`
}
