import { assert } from "vitest"
import type { Attack, Battlefield, Contained } from "../Attack.ts"
import { CAPABILITY, crlf, DAEMON, onGround, sendRaw, statusOf, tally } from "../egress-ground.ts"

/** Group 18: spellings. A door is asked for what it may not give, in every way that somebody else might read differently. */

/** Every text is refused, and the upstream hears of none of them. */
const refusedAtGateway = (texts: ReadonlyArray<string>) => (field: Battlefield) =>
  onGround(field, async ({ session, upstream }): Promise<Contained> => {
    const answers = await sendRaw(session, 80, texts)
    const statuses = answers.map(statusOf)
    for (const [i, status] of statuses.entries()) assert.include(["400", "403", "431", "closed"], status, texts[i]?.slice(0, 200))
    assert.deepEqual(upstream, [])
    assert.notInclude(answers.join(""), CAPABILITY)
    const refusals = await session.refusals()
    assert.isAbove(refusals.length, 0)
    return { by: "gateway door", evidence: `${texts.length} requests: ${tally(statuses)}; ${refusals.length} refusals told` }
  })

const hostileHosts = [
  "api.github.com",
  "git.loom.internal.evil.example",
  "git.loom.internal:443",
  "git.loom.internal@evil.example",
  "evil.example#git.loom.internal",
  "127.0.0.1",
  "169.254.169.254",
  "[::1]",
  "GIT。loom.internal",
  "git.loom.internal evil.example",
  "",
]

const paths = [
  "/../admin",
  "//evil.example/x",
  "/a//b",
  "/%2e%2e/admin",
  "/.%2E/x",
  "/a%2f..%2fb",
  "/a\\..\\b",
  "/a%5c..%5cb",
  "/./x",
  "/a#b",
  "*",
]

const odd = [
  "GET /\r\n",
  "GET / HTTP/0.9\r\n\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  crlf("GET / HTTP/3.0", "Host: git.loom.internal"),
  crlf("GET / HTTP/1.1"),
  crlf("GET / HTTP/1.1", "Host: git.loom.internal", "Host: api.github.com"),
  crlf("GET / HTTP/1.1", "Host: api.github.com", "Host: git.loom.internal"),
  crlf(
    "GET / HTTP/1.1",
    "Host: git.loom.internal",
    "Connection: Upgrade, HTTP2-Settings",
    "Upgrade: h2c",
    "HTTP2-Settings: AAMAAABkAAQAAP__",
  ),
  crlf(
    "GET / HTTP/1.1",
    "Host: git.loom.internal",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: eA==",
  ),
  crlf("GET / HTTP/1.1", "Host: git.loom.internal", `X-Long: ${"a".repeat(70_000)}`),
  crlf("GET / HTTP/1.1", "Host: git.loom.internal", ...Array.from({ length: 20_000 }, (_, i) => `X-${i}: 1`)),
  "\u0016\u0003\u0001\u0000\u0005hello",
  "\u0000\u0000\u0000\u0000",
]

/** Authorities that all mean: not the listed host. `PORT` is the canary's port on this machine. */
const hostileAuthorities = [
  "127.0.0.1:PORT",
  "127.1:PORT",
  "2130706433:PORT",
  "0x7f000001:PORT",
  "0x7f.1:PORT",
  "017700000001:PORT",
  "0177.0.0.1:PORT",
  "0.0.0.0:PORT",
  "0:PORT",
  "[::1]:PORT",
  "[::]:PORT",
  "[::ffff:127.0.0.1]:PORT",
  "[::ffff:7f00:1]:PORT",
  "[0:0:0:0:0:0:0:1]:PORT",
  "[64:ff9b::7f00:1]:PORT",
  "127.0.0.1.:PORT",
  "localhost:PORT",
  "LOCALHOST.:PORT",
  "localhost@127.0.0.1:PORT",
  "user:pass@localhost:PORT",
  "127.0.0.1%00.localhost:PORT",
  "localhost%2e:PORT",
  "ⓛocalhost:PORT",
  "localhost。:PORT",
  "loсalhost:PORT",
  "xn--lcalhost-hqb:PORT",
  "127.0.0.1.nip.io:PORT",
  "169.254.169.254:80",
  "[fd00:ec2::254]:80",
  "metadata.google.internal:80",
  "100.100.100.200:80",
  "168.63.129.16:80",
  "10.0.0.1:443",
  "localhost:22",
  "localhost:25",
  "localhost:443",
  "localhost:0",
  "localhost:65536",
  "localhost:",
  "localhost",
  ":PORT",
  "",
]

const refusedAtRegistry = (ask: (authority: string) => string) => (field: Battlefield) =>
  onGround(field, async ({ registry, session }): Promise<Contained> => {
    const texts = hostileAuthorities.map((authority) => ask(authority.replace("PORT", String(field.canaries.port))))
    const answers = await sendRaw(session, 3128, texts)
    const statuses = answers.map(statusOf)
    for (const [i, status] of statuses.entries()) assert.include(["400", "403"], status, texts[i])
    assert.notInclude(answers.join(""), "HOST REACHED")
    assert.strictEqual(registry(), "")
    const told = await session.refusals()
    assert.strictEqual(
      told.every(({ message }) => message.startsWith("blocked host: ")),
      true,
    )
    return { by: "registry door", evidence: `${texts.length} spellings: ${tally(statuses)}; ${told.length} refusals told` }
  })

export const egress: ReadonlyArray<Attack> = [
  {
    group: 18,
    name: "another host in the Host header",
    ...DAEMON,
    run: refusedAtGateway(hostileHosts.map((host) => crlf("GET / HTTP/1.1", `Host: ${host}`))),
  },
  {
    group: 18,
    name: "an absolute URI or CONNECT at a gateway",
    ...DAEMON,
    run: refusedAtGateway([
      ...["http://api.github.com/", "https://git.loom.internal/", "http://git.loom.internal/x", "//evil.example/"].map((target) =>
        crlf(`GET ${target} HTTP/1.1`, "Host: git.loom.internal"),
      ),
      ...["api.github.com:443", "git.loom.internal:80", "127.0.0.1:22"].map((target) =>
        crlf(`CONNECT ${target} HTTP/1.1`, `Host: git.loom.internal`),
      ),
    ]),
  },
  {
    group: 18,
    name: "paths that say one thing and mean another",
    ...DAEMON,
    run: refusedAtGateway(paths.map((path) => crlf(`GET ${path} HTTP/1.1`, "Host: git.loom.internal"))),
  },
  { group: 18, name: "no HTTP/1.1: 0.9, 2, upgrades, two hosts, headers without end", ...DAEMON, run: refusedAtGateway(odd) },
  {
    group: 18,
    name: "CONNECT to addresses in every spelling, odd ports, look-alikes",
    ...DAEMON,
    run: refusedAtRegistry((authority) => crlf(`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`)),
  },
  {
    group: 18,
    name: "absolute URIs to the same, through the proxy",
    ...DAEMON,
    run: refusedAtRegistry((authority) => crlf(`GET http://${authority}/latest/meta-data/ HTTP/1.1`, "Host: localhost")),
  },
]
