import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startTestDaemon, type TestDaemon } from "../testing/daemon.ts"

const MEBIBYTE = 1_048_576

describe("limits", () => {
  let daemon: TestDaemon
  let session: Awaited<ReturnType<TestDaemon["open"]>>
  beforeAll(async () => {
    daemon = await startTestDaemon()
    session = await daemon.open({
      limits: {
        memoryBytes: 256 * MEBIBYTE,
        pids: 64,
        cpus: 1,
        diskBytes: 64 * MEBIBYTE,
        tmpBytes: 16 * MEBIBYTE,
        fileBytes: 32 * MEBIBYTE,
        openFiles: 128,
      },
    })
  })
  afterAll(() => daemon?.stop())

  it("kills a memory hog and says oom; the session lives", async () => {
    const hog = await session.exec(["python3", "-c", "x = bytearray(2 << 30)"])
    expect(hog.exit).toMatchObject({ code: 137, signal: "SIGKILL", reason: "oom" })
    expect(hog.exit.oomKills).toBeGreaterThan(0)
    const many = await session.exec(
      "for i in 1 2 3 4; do python3 -c 'x = bytearray(100 << 20); import time; time.sleep(1)' & done; wait -n; wait -n; wait -n; wait -n; exit $?",
      { timeoutMs: 10_000 },
    )
    expect(many.exit.oomKills).toBeGreaterThan(0)
    expect((await session.exec("echo alive")).out).toBe("alive\n")
  })

  it("contains a fork bomb, and the next exec is not hurt by it", async () => {
    const bomb = await session.exec("bomb() { bomb | bomb & }; bomb; sleep 60", {
      timeoutMs: 1500,
      maxOutputBytes: 100_000,
      onOutputLimit: "truncate",
    })
    expect(bomb.exit).toMatchObject({ reason: "timeout", code: null })
    expect(bomb.exit.ms).toBeLessThan(1500 + 300)
    expect((await session.exec("echo alive")).out).toBe("alive\n")
  })

  it("says pids when a program fails for the limit on processes", async () => {
    const ran = await session.exec([
      "perl",
      "-e",
      'for (1..100) { my $p = fork; die "fork: $!" unless defined $p; if (!$p) { sleep 20; exit } }',
    ])
    expect(ran.exit).toMatchObject({ reason: "pids", code: 11 })
  })

  it("bounds the workspace, tmp, a single file and open files", async () => {
    const ran = await session.exec(
      `head -c 100M /dev/zero > /tmp/fill; stat -c %s /tmp/fill; rm /tmp/fill
       head -c 100M /dev/zero > big; stat -c %s big; rm big
       perl -e 'my @f; while (open(my $h, "<", "/dev/null")) { push @f, $h } print scalar(@f) < 128 ? "files ok\\n" : "files no\\n"'`,
    )
    expect(ran.out).toBe(`${16 * MEBIBYTE}\n${32 * MEBIBYTE}\nfiles ok\n`)
    const full = await session.exec("set -e; for i in 1 2 3 4 5 6; do head -c 20M /dev/zero > f$i; done")
    expect(full.exit).toMatchObject({ reason: "disk_full", code: 1 })
    expect((await session.exec("rm -f f*; echo alive > x; cat x")).out).toBe("alive\n")
  })

  it("throttles to the quota of cores", { skip: (process.env["CI_SLOW"] ?? "") !== "" }, async () => {
    const ran = await session.exec(
      "python3 -c 'while True: pass' & python3 -c 'while True: pass' & python3 -c 'while True: pass' & sleep 1; times; kill %1 %2 %3; wait 2>/dev/null; times | tail -1",
      { timeoutMs: 8000 },
    )
    const [, minutes, seconds] = /(\d+)m([\d.]+)s \d+m[\d.]+s\s*$/.exec(ran.out) ?? []
    expect(Number(minutes) * 60 + Number(seconds)).toBeLessThan(1.6)
  })

  it("survives a slow reader and a closed one", async () => {
    const response = await session.start("yes | head -c 3000000", { id: "slow", maxOutputBytes: 4_000_000 })
    await response.body?.cancel()
    const again = await session.events("slow")
    expect((await again.text()).length).toBeGreaterThan(3_000_000)
  })
})
