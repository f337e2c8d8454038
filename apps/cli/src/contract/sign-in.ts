const cookieOf = (response: Response, name: string): string =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0] ?? "")
    .find((pair) => pair.startsWith(`${name}=`)) ?? ""

/** Through Loom to the local GitHub, as `login`, and back: the headers of a browser that is signed in, on one of Loom's own pages. */
export const signIn = async (loom: string, github: string, login: string): Promise<Record<string, string>> => {
  const away = await fetch(`${loom}/auth/login`, { redirect: "manual" })
  const fields = new URLSearchParams(new URL(away.headers.get("location") ?? "").searchParams)
  fields.set("login", login)
  fields.set("decision", "authorize")
  const agreed = await fetch(`${github}/login/oauth/authorize`, { method: "POST", body: fields, redirect: "manual" })
  const { pathname, search } = new URL(agreed.headers.get("location") ?? "")
  const ticket = { cookie: cookieOf(away, "loom-sign-in") }
  const back = await fetch(`${loom}${pathname}${search}`, { headers: ticket, redirect: "manual" })
  const cookie = cookieOf(back, "loom")
  if (cookie === "") throw new Error(`not signed in: ${back.status} ${(await back.text()).slice(0, 300)}`)
  return { cookie, origin: loom }
}
