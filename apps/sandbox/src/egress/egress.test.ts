import { randomUUID } from "node:crypto"
import http from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startTestDaemon, type TestDaemon } from "../testing/daemon.ts"

const listen = async (server: http.Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return (server.address() as AddressInfo).port
}

describe("egress", () => {
  const capability = `capability-${randomUUID()}`
  const seen: Array<http.IncomingMessage & { readonly text?: string }> = []
  let daemon: TestDaemon
  let upstream: http.Server
  let registry: http.Server
  let upstreamPort: number
  let registryPort: number
  let session: Awaited<ReturnType<TestDaemon["open"]>>

  beforeAll(async () => {
    upstream = http.createServer(async (request, response) => {
      let text = ""
      for await (const chunk of request) text += chunk
      seen.push(Object.assign(request, { text }))
      response.writeHead(200, { "set-cookie": "a=b", "x-kept": "yes" }).end(`upstream got ${text.length}`)
    })
    registry = http.createServer((request, response) => response.end(`registry ${request.url}`))
    upstreamPort = await listen(upstream)
    registryPort = await listen(registry)
    daemon = await startTestDaemon()
    session = await daemon.open({
      egress: {
        gateways: [
          {
            host: "git.loom.internal",
            upstream: `http://127.0.0.1:${upstreamPort}/gateways/git`,
            headers: { authorization: `Bearer ${capability}` },
          },
        ],
        registries: [`localhost:${registryPort}`, "registry.invalid"],
      },
    })
  })
  afterAll(async () => {
    await daemon?.stop()
    upstream.close()
    registry.close()
  })

  it("adds the capability outside and strips what came from inside", async () => {
    const ran = await session.exec(
      `curl -sS -i -H 'authorization: Basic forged' -H 'cookie: c=d' -H 'x-forwarded-for: 1.2.3.4' -H 'connection: x-hop' -H 'x-hop: 1' -H 'x-kept: yes' --data-binary @- 'http://git.loom.internal/o/r.git/info/refs?service=git-upload-pack'`,
      { gateways: true, stdin: "x".repeat(300_000) },
    )
    expect(ran.out).toContain("upstream got 300000")
    expect(ran.out).not.toContain("set-cookie")
    const request = seen.at(-1)
    expect(request?.url).toBe("/gateways/git/o/r.git/info/refs?service=git-upload-pack")
    expect(request?.headers.authorization).toBe(`Bearer ${capability}`)
    expect(request?.headers.host).toBe(`127.0.0.1:${upstreamPort}`)
    expect(request?.headers["x-kept"]).toBe("yes")
    for (const name of ["cookie", "x-forwarded-for", "x-hop"]) expect(request?.headers[name]).toBeUndefined()
  })

  it("leaves the capability nowhere inside", async () => {
    const half = capability.slice(0, 20)
    const ran = await session.exec(
      `n=${half.slice(0, 10)}""${half.slice(10)}; env | grep -c "$n"; cat /proc/*/environ /proc/*/cmdline >/tmp/seen 2>/dev/null; grep -ac "$n" /tmp/seen
       grep -rl --exclude-dir=proc "$n" /workspace /home /tmp /run /etc /dev/shm 2>/dev/null | wc -l; curl -sv http://git.loom.internal/x 2>&1 | grep -c "$n"; find / -name '*.sock' -not -path '/proc/*' 2>/dev/null | wc -l`,
      { gateways: true },
    )
    expect(ran.out.trim().split("\n")).toEqual(["0", "0", "0", "0", "0"])
    const refused = await session.start(["true"], { env: { TOKEN: capability } })
    expect((await daemon.problemOf(refused)).code).toBe("secret_in_request")
  })

  it("renews the capability when the session is opened again", async () => {
    const renewed = `renewed-${randomUUID()}`
    const again = await daemon.request("POST", "/v1/sessions", {
      id: session.id,
      reapAfterMs: 600_000,
      egress: {
        gateways: [
          {
            host: "git.loom.internal",
            upstream: `http://127.0.0.1:${upstreamPort}/gateways/git`,
            headers: { authorization: `Bearer ${renewed}` },
          },
        ],
        registries: [`localhost:${registryPort}`, "registry.invalid"],
      },
    })
    expect(await again.json()).toMatchObject({ created: false })
    await session.exec("curl -sS http://git.loom.internal/a", { gateways: true })
    expect(seen.at(-1)?.headers.authorization).toBe(`Bearer ${renewed}`)
  })

  it("blocks every other host with the words that name the remedy, and records it", async () => {
    const before = seen.length
    const ran = await session.exec(
      `curl -sS -H 'Host: api.example.com' http://127.0.0.1/user; curl -sS --path-as-is http://git.loom.internal/../../admin; curl -sS --path-as-is http://git.loom.internal/%2e%2e/admin; curl -sS http://git.loom.internal//x`,
      { gateways: true },
    )
    expect(ran.out).toMatch(/^blocked host: api\.example\.com \(not a gateway of this session\); .*allow with/)
    expect(ran.out.match(/refused path/g)).toHaveLength(3)
    expect(seen).toHaveLength(before)
    expect(await session.refusals()).toContainEqual(expect.objectContaining({ via: "gateway", host: "api.example.com", count: 1 }))
  })

  it("tunnels to listed registries and to nothing else", async () => {
    const listed = await session.exec(
      `curl -sS --proxytunnel http://localhost:${registryPort}/pkg -x http://127.0.0.1:3128 --noproxy ''; echo; curl -sS --noproxy '' http://localhost:${registryPort}/plain`,
      { network: "registries" },
    )
    expect(listed.out).toBe("registry /pkg\nregistry /plain")
    const refused = await session.exec(
      `for t in example.com:443 127.0.0.1:${upstreamPort} 169.254.169.254:80 [::1]:443 registry.invalid:8443 localhost:${upstreamPort} 2130706433:443; do
         curl -s -o /dev/null -w '%{http_connect} ' --proxytunnel --noproxy '' "http://$t/"; done; echo "$HTTPS_PROXY $NO_PROXY"; curl -sS -m 2 http://git.loom.internal/ 2>&1`,
      { network: "registries" },
    )
    expect(refused.out).toMatch(/^(403 ){7}http:\/\/127\.0\.0\.1:3128 localhost,127\.0\.0\.1,::1\n/)
    expect(refused.out).toMatch(/blocked host: git.loom.internal|Failed to connect|Could(n't| not) connect/)
    expect((await session.refusals()).map((refusal) => `${refusal.host}:${refusal.port}`)).toEqual(
      expect.arrayContaining(["example.com:443", "169.254.169.254:80", "registry.invalid:8443"]),
    )
  })

  it("keeps the two permissions apart: a test reaches what tests were granted, and nothing of the set-up", async () => {
    const granted = await daemon.open({
      egress: {
        gateways: [],
        registries: [`localhost:${registryPort}`],
        tests: [{ host: `localhost:${upstreamPort}`, by: "operator" }],
      },
    })
    const ask = (port: number) => `curl -sS --noproxy '' -x http://127.0.0.1:3128 http://localhost:${port}/phone`
    expect((await granted.exec(ask(registryPort), { network: "registries" })).out).toBe("registry /phone")
    expect((await granted.exec(ask(upstreamPort), { network: "registries" })).out).toMatch(
      /^blocked host: localhost:\d+ \(port is not listed\)/,
    )
    expect((await granted.exec(ask(upstreamPort), { network: "tests" })).out).toBe("upstream got 0")
    expect((await granted.exec(ask(registryPort), { network: "tests" })).out).toMatch(/^blocked host: .*`network: \{ tests: /)
    expect((await granted.refusals()).map(({ phase, host, port }) => [phase, host, port])).toEqual([
      ["setup", "localhost", upstreamPort],
      ["tests", "localhost", registryPort],
    ])
    const both = await granted.start(["true"], { network: "tests", gateways: true })
    expect((await daemon.problemOf(both)).code).toBe("invalid_request")
  })

  it("tells which host a program wanted that asked for its address, and resolves nothing", async () => {
    const ran = await session.exec(
      `env | grep -ic proxy; getent hosts registry.example.org || echo none; node -e 'require("node:dns").lookup("phone.example.net", (e) => console.log(e.code))'; getent hosts localhost | wc -l`,
      { network: "tests" },
    )
    expect(ran.out).toBe("0\nnone\nEAI_AGAIN\n1\n")
    const told = (await session.refusals()).filter(({ via }) => via === "dns")
    expect(told.map(({ host, phase }) => [host, phase])).toEqual([
      ["registry.example.org", "tests"],
      ["phone.example.net", "tests"],
    ])
    expect(told[0]?.message).toContain("`network: { tests: [registry.example.org] }` in .github/loom.yml")
  })

  it("gives an exec without network no way to either door", async () => {
    const before = seen.length
    const ran = await session.exec(
      `env | grep -ic proxy; for p in 80 3128; do (exec 3<>/dev/tcp/127.0.0.1/$p) 2>/dev/null && echo open || echo closed; done; curl -sS -m 2 http://git.loom.internal/ 2>&1; getent hosts example.com || echo no-dns`,
    )
    expect(ran.out).toMatch(/^0\nclosed\nclosed\n/)
    expect(ran.out).toContain("no-dns")
    const gatewaysOnly = await session.exec("(exec 3<>/dev/tcp/127.0.0.1/3128) 2>/dev/null && echo open || echo closed", { gateways: true })
    expect(gatewaysOnly.out).toBe("closed\n")
    expect(seen).toHaveLength(before)
  })

  it("opens both doors for an exec that asks for both, and streams chunked bodies", async () => {
    const both = await session.exec(
      `head -c 2000000 /dev/zero | curl -sS -H 'transfer-encoding: chunked' -T - http://git.loom.internal/both; curl -sS --noproxy '' -x http://127.0.0.1:3128 http://localhost:${registryPort}/both`,
      { gateways: true, network: "registries" },
    )
    expect(both.out).toBe("upstream got 2000000registry /both")
  })
})
