import fs from "node:fs"
import http from "node:http"
import net, { type AddressInfo } from "node:net"
import os from "node:os"
import path from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startTestDaemon, testConfig, type TestDaemon } from "../testing/daemon.ts"

describe("walls", () => {
  let daemon: TestDaemon
  let session: Awaited<ReturnType<TestDaemon["open"]>>
  const canary = `canary-${process.pid}-${Date.now()}`
  const canaryFile = path.join(os.tmpdir(), `loom-host-file-${process.pid}`)
  const abstractName = `loom-${canary}`
  // As /root is: nobody but root can enter it, and still a tool in it can be mounted.
  const closedDir = fs.mkdtempSync(path.join(os.tmpdir(), "loom-closed-"))
  let hostServer: http.Server
  let abstractServer: net.Server
  beforeAll(async () => {
    process.env["LOOM_TEST_HOST_CANARY"] = canary
    fs.writeFileSync(canaryFile, canary, { mode: 0o644 })
    hostServer = http.createServer((_, response) => response.end("HOST REACHED"))
    await new Promise<void>((resolve) => hostServer.listen(0, "0.0.0.0", resolve))
    abstractServer = net.createServer((socket) => socket.end("ABSTRACT REACHED"))
    await new Promise<void>((resolve) => abstractServer.listen(`\0${abstractName}`, resolve))
    fs.mkdirSync(path.join(closedDir, "tool/bin"), { recursive: true })
    fs.writeFileSync(path.join(closedDir, "tool/bin/greet"), "#!/bin/sh\necho greetings\n", { mode: 0o755 })
    daemon = await startTestDaemon({
      tools: [...testConfig("").tools, { hostDir: path.join(closedDir, "tool"), sandboxDir: "/opt/loom/greet" }],
    })
    session = await daemon.open()
  })
  afterAll(async () => {
    delete process.env["LOOM_TEST_HOST_CANARY"]
    await daemon?.stop()
    hostServer.close()
    abstractServer.close()
    fs.rmSync(canaryFile, { force: true })
    fs.rmSync(closedDir, { recursive: true })
  })

  it("hides the host's environment, files, processes and the daemon's token", async () => {
    const ran =
      await session.exec(`n=${canary.slice(0, 9)}""${canary.slice(9)}; t=${daemon.config.token.slice(0, 9)}""${daemon.config.token.slice(9)}
      cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline > /tmp/seen 2>/dev/null; grep -ac -e "$n" -e "$t" /tmp/seen
      cat ${canaryFile} /etc/shadow /root/.bashrc /proc/1/root/etc/shadow 2>/dev/null | wc -c
      ls /srv /root /mnt /home /opt 2>/dev/null | tr '\\n' ' '; ls -d /proc/[0-9]* | wc -l; kill -0 ${process.pid} 2>&1 | grep -c 'No such process'`)
    const [found, bytes, dirs, ...rest] = ran.out.trim().split("\n")
    expect([found, bytes]).toEqual(["0", "0"])
    expect(dirs).toMatch(/^\/home: loom {2}\/opt: loom\s/)
    expect(rest.join(" ")).not.toContain(canary)
    expect(ran.out.trim().split("\n").at(-1)).toBe("1")
  })

  it("reaches neither the host's loopback, its addresses, nor its abstract sockets", async () => {
    const { port } = hostServer.address() as AddressInfo
    const addresses = Object.values(os.networkInterfaces())
      .flat()
      .flatMap((address) => (address?.family === "IPv4" ? [address.address] : []))
    const ran = await session.exec(
      `for a in ${addresses.join(" ")} 169.254.169.254; do curl -sS -m 2 http://$a:${port}/ 2>&1; done; curl -sS -m 2 ${daemon.url}/healthz 2>&1
       perl -MSocket -e 'socket(my $s, AF_UNIX, SOCK_STREAM, 0); print connect($s, pack("S a*", AF_UNIX, "\\0${abstractName}")) ? "connected" : "refused"'; ls /run /var/run`,
    )
    expect(ran.out).not.toMatch(/REACHED|"ok"|connected/)
    expect(ran.out).toContain("refused")
  })

  it.each([
    ["AF_VSOCK socket", "41, 40, 1, 0", 97],
    ["AF_PACKET socket", "41, 17, 3, 0", 97],
    ["AF_ALG socket", "41, 38, 5, 0", 97],
    ["io_uring_setup", "425, 8, 0", 1],
    ["keyctl", "250, 0, 0", 1],
    ["add_key", "248, 0, 0, 0, 0, 0", 1],
    ["bpf", "321, 0, 0, 0", 1],
    ["userfaultfd", "323, 0", 1],
    ["perf_event_open", "298, 0, 0, 0, 0, 0", 1],
    ["unshare user namespace", "272, 0x10000000", 1],
    ["clone3", "435, 0, 0", 38],
    ["mount", "165, 0, 0, 0, 0, 0", 1],
    ["open_tree", "428, 0, 0, 0", 1],
    ["setns", "308, 0, 0", 1],
    ["open_by_handle_at", "304, 0, 0, 0", 1],
    ["ioctl TIOCSTI", "16, 0, 0x5412, 0", 1],
    ["a syscall of tomorrow", "500", 38],
  ])("refuses %s", { skip: process.arch !== "x64" }, async (_name, call, errno) => {
    const ran = await session.exec(["perl", "-e", `my $r = syscall(${call}); printf "%d %d", $r, $!+0`])
    expect(ran.out).toBe(`-1 ${errno}`)
  })

  it("has no capability, no new privileges, no namespace to spare", async () => {
    const ran = await session.exec(
      "grep -E '^(Cap|NoNewPrivs|Seccomp:|Uid)' /proc/self/status; unshare -Ur true; unshare -n true; su -c id; mknod n c 1 3; chown 0 /tmp; echo x > /proc/sys/kernel/hostname; dmesg; ls /dev/kvm /dev/vda /dev/loop0",
    )
    expect(ran.out).toMatch(/CapInh:\s+0+\nCapPrm:\s+0+\nCapEff:\s+0+\nCapBnd:\s+0+\nCapAmb:\s+0+\nNoNewPrivs:\s+1\nSeccomp:\s+2/)
    expect(ran.out).toMatch(/Uid:\s+1000\s+1000/)
    expect(ran.exit.code).not.toBe(0)
    expect(
      ran.err.match(/unshare failed|not permitted|Permission denied|Read-only|cannot access|must be run from a terminal|Authentication/g)
        ?.length,
    ).toBeGreaterThanOrEqual(7)
  })

  it("cannot write outside workspace, home and tmp", async () => {
    const ran = await session.exec(
      "for f in /x /etc/x /usr/x /dev/x /home/x /proc/x /opt/loom/node/x /bin/x /workspace/../x; do (echo > $f) 2>/dev/null && echo wrote $f; done; for f in /workspace/x /home/loom/x /tmp/x /run/x /dev/shm/x /var/tmp/x; do echo > $f && echo ok; done",
    )
    expect(ran.out).toBe("ok\n".repeat(6))
  })

  it("gives tools of unreachable directories, and leaks no descriptor", async () => {
    const ran = await session.exec(
      "greet; node -p 'process.version'; ls /proc/self/fd | tr '\\n' ' '; getent passwd loom; node -e 'new WebAssembly.Memory({initial:1}); require(\"node:worker_threads\"); fetch(\"http://127.0.0.1:8097\").catch((e) => console.log(e.cause.code))'",
    )
    expect(ran.out).toBe(`greetings\n${process.version}\n0 1 2 3 loom:x:1000:1000:loom:/home/loom:/bin/bash\nECONNREFUSED\n`)
  })

  it("keeps two sessions apart", async () => {
    const other = await daemon.open()
    await other.exec(
      "echo secret-of-other > /tmp/other; cp /tmp/other ~/other; cp /tmp/other /workspace/other; python3 -m http.server 8098 --bind 0.0.0.0 >/dev/null 2>&1 & until (exec 3<>/dev/tcp/127.0.0.1/8098) 2>/dev/null; do sleep 0.05; done",
      { keepRunning: true },
    )
    const ran = await session.exec(
      "find / -name other -not -path '/proc/*' -not -path '/usr/*' 2>/dev/null; (exec 3<>/dev/tcp/127.0.0.1/8098) 2>/dev/null && echo reached; kill -9 -1; true",
    )
    expect(ran.out).toBe("")
    expect((await other.exec("curl -sS -o /dev/null -w '%{http_code}' http://127.0.0.1:8098/; cat other")).out).toBe("200secret-of-other\n")
    await other.close()
  })
})
