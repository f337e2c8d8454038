import { randomUUID } from "node:crypto"
import http from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { ExecEvent, ExecExit, SandboxdCapabilities } from "@loom/core/domain/SandboxProtocol"
import { inventoryOf } from "./inventory.ts"
import { runImage, type RunningImage } from "./run-image.ts"
import { sbomOf } from "./sbom.ts"
import { buildTestImage, engine, IMAGE, missing } from "./test-image.ts"

const say = (text: string) => void process.stderr.write(text)

/** Protocol v1 to one container. */
const clientOf = ({ token, url }: RunningImage, id = `s-${randomUUID()}`) => {
  const request = (method: string, path: string, body?: unknown) =>
    fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    })
  return {
    id,
    request,
    open: (gateways: ReadonlyArray<object> = []) =>
      request("POST", "/v1/sessions", { id, egress: { gateways, registries: [] }, reapAfterMs: 600_000 }),
    close: () => request("DELETE", `/v1/sessions/${id}`),
    exec: async (
      script: string,
      options: object = {},
    ): Promise<{ readonly out: string; readonly err: string; readonly exit: ExecExit }> => {
      const answer = await request("POST", `/v1/sessions/${id}/execs`, {
        id: randomUUID(),
        argv: ["bash", "-c", script],
        timeoutMs: 120_000,
        ...options,
      })
      const text = await answer.text()
      if (!answer.ok) throw new Error(text)
      const events = text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as ExecEvent)
      const exit = events.at(-1)
      if (exit?.t !== "exit") throw new Error(`no exit: ${text.slice(-300)}`)
      const of = (fd: 1 | 2) => events.map((event) => (event.t === "out" && event.fd === fd ? event.data : "")).join("")
      return { out: of(1), err: of(2), exit }
    },
  }
}

describe.skipIf(missing !== null)(`the image${missing === null ? "" : `: skipped, ${missing}`}`, () => {
  const figures: Array<string> = []
  let box: RunningImage
  let client: ReturnType<typeof clientOf>
  beforeAll(async () => {
    if ("missing" in engine) return
    const began = performance.now()
    await buildTestImage()
    figures.push(`build ${((performance.now() - began) / 1000).toFixed(1)} s`)
    figures.push(`size ${(Number(engine.run(["image", "inspect", "--format", "{{.Size}}", IMAGE])) / 1e9).toFixed(2)} GB`)
    box = await runImage(engine, IMAGE, "container")
    figures.push(`start to healthz ${box.startMs.toFixed(0)} ms`)
    client = clientOf(box)
    const opened = await client.open()
    if (!opened.ok) throw new Error(await opened.text())
  }, 1_500_000)
  afterAll(() => {
    box?.remove()
    say(`container lane: ${figures.join(", ")}\n`)
  })

  it("is ready behind the documented flags: read-only, five capabilities, no way out", async () => {
    const capabilities = (await (await client.request("GET", "/v1/capabilities")).json()) as SandboxdCapabilities
    expect(capabilities).toMatchObject({ ready: true, isolator: "container", problems: [] })
    const times: Array<number> = []
    for (let i = 0; i < 31; i++) {
      const began = performance.now()
      await client.exec("true")
      times.push(performance.now() - began)
    }
    figures.push(`exec of \`bash -c true\` ${times.toSorted((a, b) => a - b)[15]?.toFixed(1)} ms (median of 31)`)
  })

  it("has what repositories need, for the uid that runs them, without network", async () => {
    const tools =
      "git node npm pnpm yarn bun python3 pip go gofmt cargo rustc ruby bundle gcc g++ make cmake ninja pkg-config rg curl jq perl sqlite3 psql"
    const { out } = await client.exec(
      `for tool in ${tools}; do command -v $tool >/dev/null || echo "no $tool"; done; for n in 20 22 24; do /opt/node/$n/bin/node -p process.versions.node; done`,
    )
    expect(out).toMatch(/^20\.\d+\.\d+\n22\.\d+\.\d+\n24\.\d+\.\d+\n$/)
    const built = await client.exec(
      [
        "set -e; mkdir -p c go rs && cd c && printf '#include <zlib.h>\\n#include <stdio.h>\\nint main(){puts(zlibVersion());}' > a.c && gcc a.c -lz && ./a.out >/dev/null && echo c",
        "cd ../go && printf 'package main\\nfunc main(){println(1)}' > a.go && go run a.go 2>/dev/null && echo go",
        "cd ../rs && cargo init -q --vcs none --name a . && cargo build -q --offline && ./target/debug/a >/dev/null && echo rust",
        "cd .. && python3 -m venv v && v/bin/python -m pip --version >/dev/null && echo python",
        'ruby -e \'require "openssl"; require "psych"\' && echo ruby',
        "git init -q g && cd g && git commit -q --allow-empty -m x --author 'a <a@a>' -c user.name=a 2>/dev/null || git -c user.name=a -c user.email=a@a commit -q --allow-empty -m x && echo git",
      ].join("\n"),
    )
    expect([...built.out.split("\n"), built.err]).toEqual(expect.arrayContaining(["c", "go", "rust", "python", "ruby", "git"]))
  }, 300_000)

  it("writes down what is in it, as valid CycloneDX, the same each time", async () => {
    if ("missing" in engine) return
    const installed = inventoryOf(engine, IMAGE)
    expect(installed.filter((one) => one.kind === "node")).toHaveLength(4)
    expect(installed.map((one) => one.name)).toEqual(expect.arrayContaining(["git", "bubblewrap", "rustc", "pnpm", "@oven/bun-linux-x64"]))
    const text = await sbomOf(installed, { version: "test", id: "sha256:test" })
    expect(await sbomOf(inventoryOf(engine, IMAGE), { version: "test", id: "sha256:test" })).toBe(text)
    figures.push(`${installed.length} things in its SBOM`)
  })

  it("gives foreign code no power, no secret and no neighbour", async () => {
    const { out } = await client.exec(
      [
        "grep -E '^(Uid|CapEff|CapBnd|NoNewPrivs)' /proc/self/status",
        "for path in /usr/x /etc/x /opt/x /var/lib/sandboxd/x /dev/x; do touch $path 2>/dev/null && echo wrote $path; done",
        "cat /proc/1/environ /proc/*/environ 2>/dev/null | tr '\\0' '\\n' | grep -c LOOM_SANDBOX_TOKEN",
        "find / -xdev -perm /6000 -type f 2>/dev/null | head -3",
        "su -c id 2>/dev/null; unshare -Ur true 2>/dev/null && echo userns; mount -t tmpfs x /mnt 2>/dev/null && echo mounted",
        `for target in ${box.hostAddress}:22 1.1.1.1:443 169.254.169.254:80; do timeout 2 bash -c "echo > /dev/tcp/\${target/:/\\/}" 2>/dev/null && echo reached $target; done`,
        "timeout 2 getent hosts example.com",
        "kill -9 1 2>/dev/null && echo killed",
        "true",
      ].join("\n"),
    )
    expect(out.trim().split("\n")).toEqual([
      expect.stringMatching(/^Uid:\s+(1000\s*){4}$/),
      expect.stringMatching(/^CapEff:\s+0+$/),
      expect.stringMatching(/^CapBnd:\s+0+$/),
      expect.stringMatching(/^NoNewPrivs:\s+1$/),
      "0",
    ])
    // Its own sandboxd is a listener like another: without the token it tells nothing.
    expect((await client.exec("curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8080/v1/capabilities")).out).toBe("401")
  })

  it("ends bombs and what they leave, and goes on serving", async () => {
    const left = () => client.exec("ps -eo user= | grep -c '^loom'")
    const fork = await client.exec("f() { f | f & }; f; sleep 20", { timeoutMs: 2000 })
    expect(fork.exit.reason ?? "ended").toMatch(/timeout|pids|ended/)
    const daemon = await client.exec("(setsid sleep 300 &); (nohup sleep 300 >/dev/null 2>&1 &); sleep 300", { timeoutMs: 500 })
    expect(daemon.exit.reason).toBe("timeout")
    await client.exec("kill -9 -1")
    const hog = await client.exec("python3 -c 'x = bytearray(8 << 30)'; echo $?", { timeoutMs: 120_000 })
    expect(hog.out.trim()).not.toBe("0")
    const flood = await client.exec("yes", { maxOutputBytes: 100_000 })
    expect(flood.exit.reason).toBe("output_limit")
    // The counting shell, ps and grep themselves.
    expect(Number((await left()).out)).toBeLessThanOrEqual(3)
  }, 300_000)

  it("moves files as bytes, never following where a link points out", async () => {
    await client.exec("ln -s /var/lib/sandboxd out; ln -s /etc/shadow shadow; printf 'caf\\xc3\\xa9' > name")
    const get = (path: string) => client.request("GET", `/v1/sessions/${client.id}/files?path=${encodeURIComponent(path)}`)
    expect(await (await get("name")).text()).toBe("café")
    for (const path of ["shadow", "out/instance.json", "../var/lib/sandboxd/instance.json", "/etc/shadow"])
      expect([path, (await get(path)).ok]).toEqual([path, false])
    expect((await client.request("PUT", `/v1/sessions/${client.id}/files?path=a%20b/c`, "x")).status).toBe(204)
    expect(await (await get("a b/c")).text()).toBe("x")
  })

  it("that is killed and started again is another box", async () => {
    if ("missing" in engine) return
    const other = await runImage(engine, IMAGE, "container")
    try {
      const session = clientOf(other)
      await session.open()
      const before = (await session.request("GET", `/v1/sessions/${session.id}`)).headers.get("x-loom-instance")
      engine.run(["kill", "--signal=KILL", other.name])
      engine.run(["start", other.name])
      let answer: Response | null = null
      while (answer === null) answer = await session.request("GET", `/v1/sessions/${session.id}`).catch(() => null)
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([404, "session_not_found"])
      expect(answer.headers.get("x-loom-instance")).not.toBe(before)
    } finally {
      other.remove()
    }
  })

  it("is a whole sandbox host where it may make namespaces: bubblewrap, many sessions, doors of their own", async () => {
    if ("missing" in engine) return
    const host = await runImage(engine, IMAGE, "bubblewrap")
    const seen: Array<string> = []
    const gateway = http.createServer((request, response) => {
      seen.push(`${request.url} ${request.headers.authorization}`)
      response.end("through the gateway")
    })
    try {
      await new Promise<void>((resolve) => gateway.listen(0, host.hostAddress, resolve))
      const { port } = gateway.address() as AddressInfo
      const route = {
        host: "git.loom.internal",
        upstream: `http://${host.hostAddress}:${port}/git`,
        headers: { authorization: "Bearer outside" },
      }
      const [one, two] = [clientOf(host), clientOf(host)]
      for (const session of [one, two]) expect((await session.open([route])).status).toBe(201)
      const fetched = await one.exec("curl -s http://git.loom.internal/o/r; env; cat /proc/*/environ", { gateways: true })
      expect(fetched.out).toContain("through the gateway")
      expect(fetched.out).not.toContain("Bearer outside")
      expect(seen).toEqual(["/git/o/r Bearer outside"])
      await one.exec("echo mine > file")
      expect((await two.exec("ls; node -p 1 && pnpm --version >/dev/null")).out).toBe("1\n")
      expect((await two.exec(`curl -s -m 3 http://${host.hostAddress}:${port}/ || echo walled`)).out).toBe("walled\n")
    } finally {
      gateway.close()
      host.remove()
    }
  }, 300_000)
})
