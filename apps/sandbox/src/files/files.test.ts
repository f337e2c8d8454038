import { execFileSync } from "node:child_process"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startTestDaemon, type TestDaemon } from "../testing/daemon.ts"

describe("files and tar", () => {
  let daemon: TestDaemon
  let session: Awaited<ReturnType<TestDaemon["open"]>>
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "loom-files-"))
  const secretFile = path.join(scratch, "host-secret")
  fs.chmodSync(scratch, 0o755)
  fs.writeFileSync(secretFile, "HOST-SECRET", { mode: 0o644 })
  beforeAll(async () => {
    daemon = await startTestDaemon()
    session = await daemon.open()
  })
  afterAll(async () => {
    await daemon?.stop()
    fs.rmSync(scratch, { recursive: true })
  })
  const codeOf = async (response: Response) => (await daemon.problemOf(response)).code

  it("round-trips bytes and makes parent directories", async () => {
    const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * 31) % 256))
    expect((await session.put("a/b c/ü.bin", bytes)).status).toBe(204)
    expect(Buffer.from(await (await session.get("a/b c/ü.bin")).arrayBuffer()).equals(bytes)).toBe(true)
    await session.put("empty", "")
    const empty = await session.get("empty")
    expect([empty.status, await empty.text()]).toEqual([200, ""])
  })

  it("replaces a file and keeps its mode", async () => {
    await session.exec("printf old > run.sh; chmod 755 run.sh; ln -s run.sh link")
    await session.put("link", "new")
    expect((await session.exec("cat run.sh; stat -c ' %a' run.sh; readlink link; ls -A | grep -c '^.loom-'")).out).toBe(
      "new 755\nrun.sh\n0\n",
    )
  })

  it("says why a file cannot be read or written", async () => {
    expect(await codeOf(await session.get("missing"))).toBe("file_not_found")
    expect(await codeOf(await session.get("."))).toBe("not_a_file")
    await session.exec("mkfifo fifo")
    expect(await codeOf(await session.get("fifo"))).toBe("not_a_file")
    expect(await codeOf(await session.put("/usr/x", "no"))).toBe("file_refused")
    expect(await codeOf(await daemon.request("GET", `${session.base}/files`))).toBe("invalid_request")
  })

  it("never reads the host through a symlink, a hard link or ..", async () => {
    await session.exec(`ln -s /etc/shadow shadow; ln -s ${secretFile} secret; ln -s / root; ln -s /proc/1/root/etc/shadow proc1`)
    for (const file of ["shadow", "secret", `root${secretFile}`, "proc1", "root/etc/shadow", "../../etc/shadow", secretFile]) {
      const response = await session.get(file)
      expect([file, response.status]).toEqual([file, 404])
    }
    await session.exec(`ln -s ${scratch} out`)
    await session.put("out/evil", "evil")
    await session.put("../../../root/evil", "evil")
    expect(fs.readdirSync(scratch)).toEqual(["host-secret"])
    expect(fs.existsSync("/root/evil")).toBe(false)
  })

  it("streams a tree out and in as tar", async () => {
    await session.exec("mkdir -p tree/d; echo 1 > tree/d/f; ln -s d/f tree/l; chmod 750 tree/d; touch 'tree/ü x'")
    const tar = Buffer.from(await (await daemon.request("GET", `${session.base}/tar?path=tree`)).arrayBuffer())
    const put = await daemon.request("PUT", `${session.base}/tar?path=copy/here`, undefined, { body: tar })
    expect(put.status).toBe(204)
    expect((await session.exec("diff -r tree copy/here && stat -c %a copy/here/d && readlink copy/here/l")).out).toBe("750\nd/f\n")
    expect(await codeOf(await daemon.request("GET", `${session.base}/tar?path=tree/d/f`))).toBe("not_a_directory")
    expect(await codeOf(await daemon.request("PUT", `${session.base}/tar?path=bad`, undefined, { body: "not a tar" }))).toBe("file_refused")
  })

  it("keeps a hostile tar inside", async () => {
    const dir = path.join(scratch, "tar")
    fs.mkdirSync(dir)
    fs.symlinkSync(scratch, path.join(dir, "escape"))
    fs.writeFileSync(path.join(dir, "payload"), "evil")
    const tar = execFileSync("tar", [
      "-C",
      dir,
      "-cf",
      "-",
      "-P",
      "--transform",
      "s,^payload,escape/payload,;s,^evil,../../evil,",
      "escape",
      "payload",
    ])
    await daemon.request("PUT", `${session.base}/tar?path=.`, undefined, { body: tar })
    fs.rmSync(dir, { recursive: true })
    expect(fs.readdirSync(scratch)).toEqual(["host-secret"])
  })

  it("runs nothing of a hostile repository on the host", async () => {
    const canary = path.join(scratch, "pwned")
    await session.exec(
      `git init -q evil && cd evil && git config core.fsmonitor 'touch ${canary}; false' && printf '#!/bin/sh\\ntouch ${canary}\\n' > .git/hooks/post-index-change && chmod +x .git/hooks/* && touch a && git add a`,
    )
    await daemon.request("GET", `${session.base}/tar?path=evil`)
    await session.get("evil/a")
    expect(fs.existsSync(canary)).toBe(false)
  })
})
