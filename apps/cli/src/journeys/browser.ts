/** A browser as plain `fetch`: keeps the cookies of each origin, follows redirects itself, says where a request comes from. */
export class Browser {
  readonly #jars = new Map<string, Map<string, string>>()

  /** Where the last request ended. */
  url = ""

  async ask(address: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(address)
    const jar = this.#jars.get(url.origin) ?? new Map<string, string>()
    this.#jars.set(url.origin, jar)
    const headers = new Headers(init.headers)
    if (jar.size > 0) headers.set("cookie", [...jar].map(([name, value]) => `${name}=${value}`).join("; "))
    if ((init.method ?? "GET") !== "GET") headers.set("origin", url.origin)
    if (typeof init.body === "string") headers.set("content-type", "application/json")
    const response = await fetch(url, { ...init, headers, redirect: "manual" })
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/max-age=0/i.test(line)) jar.delete(name)
      else jar.set(name, value)
    }
    this.url = url.href
    const next = response.headers.get("location")
    return next === null || response.status < 300 || response.status >= 400 ? response : this.ask(new URL(next, url).href)
  }

  /** From Loom's sign-in to GitHub's page, where the person picks who they are, and back. */
  async signIn(loom: string, login: string, returnTo = "/healthz"): Promise<Response> {
    const page = await this.ask(`${loom}/auth/login?return_to=${encodeURIComponent(returnTo)}`)
    const form = await page.text()
    const hidden = [...form.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
      ([, name = "", value = ""]) => [name, unescaped(value)] as const,
    )
    const fields = new URLSearchParams([...hidden.map(([name, value]) => [name, value]), ["login", login], ["decision", "authorize"]])
    return this.ask(new URL(/<form method="post" action="([^"]+)"/.exec(form)?.[1] ?? "", this.url).href, { method: "POST", body: fields })
  }
}

const unescaped = (text: string): string => text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
