import { createHash } from "node:crypto"
import fs from "node:fs"
import path from "node:path"
import { Readable } from "node:stream"
import { StateRestored, StateSaved } from "@loom/core/domain/SandboxProtocol"
import { Schema } from "effect"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startTestDaemon, type TestDaemon } from "../testing/daemon.ts"
import { StateStore } from "./StateStore.ts"

const keyOf = (name: string) => createHash("sha256").update(name).digest("hex")
const REPOSITORY =
  "git init -q . && printf 'kept/\\n' > .gitignore && echo source > a.txt && git add -A && git -c user.name=t -c user.email=t@example.test commit -qm base"

describe("installed states", () => {
  let daemon: TestDaemon
  beforeAll(async () => void (daemon = await startTestDaemon()))
  afterAll(() => daemon?.stop())

  const opened = async () => {
    const session = await daemon.open()
    await session.exec(REPOSITORY)
    return session
  }
  type Session = Awaited<ReturnType<typeof opened>>
  const save = async (session: Session, key: string) =>
    Schema.decodeUnknownSync(StateSaved)(await (await daemon.request("PUT", `${session.base}/states/${key}`)).json())
  const restore = async (session: Session, key: string) =>
    Schema.decodeUnknownSync(StateRestored)(await (await daemon.request("POST", `${session.base}/states/${key}/restore`)).json())
  const INSTALL = `mkdir -p kept/deep "$HOME/tools/bin" "$HOME/.npm/_cacache"
    echo one > kept/deep/one; ln kept/deep/one kept/two; ln -s ../a.txt kept/link; printf x > "-odd name"; mkdir kept/empty
    echo tool > "$HOME/tools/bin/t"; chmod 755 "$HOME/tools/bin/t"; echo cache > "$HOME/.npm/_cacache/c"; echo /new.txt >> .git/info/exclude
    mkdir -p "$HOME/go/ro" && echo m > "$HOME/go/ro/m" && chmod -R a-w "$HOME/go/ro"`

  it("brings what an install left into a new session, and nothing that git tracks", async () => {
    const first = await opened()
    await first.exec(`${INSTALL}; echo changed > a.txt`)
    const key = keyOf("round trip")
    expect(await save(first, key)).toMatchObject({ outcome: "stored" })
    await first.close()
    const second = await opened()
    expect(await restore(second, key)).toMatchObject({ outcome: "restored" })
    const seen = await second.exec(
      `cat kept/deep/one kept/link a.txt "$HOME/tools/bin/t" "$HOME/go/ro/m"; stat -c '%h %a' kept/two; stat -c %a "$HOME/tools/bin/t" "$HOME/go/ro"; ls -- "-odd name"; [ -d kept/empty ]; tail -n 1 .git/info/exclude; ls "$HOME/.npm"; git status --porcelain`,
    )
    expect(seen.out).toBe('one\nsource\nsource\ntool\nm\n2 644\n755\n555\n-odd name\n/new.txt\n?? "-odd name"\n')
    await second.close()
  })

  it("an entry is written once: the first one stands", async () => {
    const key = keyOf("once")
    const first = await opened()
    await first.exec("mkdir kept && echo first > kept/who")
    expect((await save(first, key)).outcome).toBe("stored")
    const second = await opened()
    await second.exec("mkdir kept && echo second > kept/who")
    expect((await save(second, key)).outcome).toBe("present")
    const third = await opened()
    await restore(third, key)
    expect((await third.exec("cat kept/who")).out).toBe("first\n")
  })

  it("says what it has not, and keeps nothing that cannot be packed", async () => {
    const session = await opened()
    expect((await restore(session, keyOf("never"))).outcome).toBe("absent")
    expect((await daemon.request("POST", `${session.base}/states/..%2Fx/restore`)).status).toBe(400)
    await session.exec("mkdir -p kept/locked && echo x > kept/locked/x && chmod 000 kept/locked")
    const refused = await daemon.request("PUT", `${session.base}/states/${keyOf("locked")}`)
    expect((await daemon.problemOf(refused)).code).toBe("file_refused")
    expect((await restore(session, keyOf("locked"))).outcome).toBe("absent")
  })

  it("a damaged entry is said and removed", async () => {
    const key = keyOf("damaged")
    fs.writeFileSync(path.join(daemon.config.states?.dir ?? "", key), "no tar at all")
    const session = await opened()
    expect((await restore(session, key)).outcome).toBe("damaged")
    expect((await restore(session, key)).outcome).toBe("absent")
  })

  it("an archive that wants out stays in: it is unpacked behind the walls", async () => {
    const outside = path.join(daemon.config.dataDir, "outside")
    const first = await opened()
    await first.exec(`mkdir kept && ln -s ${daemon.config.dataDir} kept/out`)
    const key = keyOf("hostile")
    await save(first, key)
    const second = await opened()
    await restore(second, key)
    await second.exec("echo evil > kept/out/outside")
    expect(fs.existsSync(outside)).toBe(false)
  })

  it("keeps none where it is told so", async () => {
    const other = await startTestDaemon({ states: null })
    try {
      const session = await other.open()
      const answer = await (await other.request("PUT", `${session.base}/states/${keyOf("off")}`)).json()
      expect(Schema.decodeUnknownSync(StateSaved)(answer).outcome).toBe("off")
    } finally {
      await other.stop()
    }
  })
})

describe("the store", () => {
  const bytes = (n: number) => Readable.from([Buffer.alloc(n)])
  const whole = Promise.resolve(true)
  const storeOf = (maxBytes: number) => {
    const dir = fs.mkdtempSync(path.join(fs.realpathSync("/tmp"), "loom-states-"))
    return { dir, store: new StateStore(dir, maxBytes), [Symbol.dispose]: () => fs.rmSync(dir, { recursive: true }) }
  }

  it("drops what was used least recently, never the newest, and nothing half-written stays", async () => {
    using at = storeOf(250)
    const [a, b, c] = [keyOf("a"), keyOf("b"), keyOf("c")] as const
    await at.store.write(a, bytes(100), whole)
    await at.store.write(b, bytes(100), whole)
    fs.utimesSync(path.join(at.dir, a), 1, 1)
    fs.utimesSync(path.join(at.dir, b), 2, 2)
    const used = await at.store.read(a)
    used?.content.destroy()
    await at.store.write(c, bytes(100), whole)
    expect([a, b, c].map((key) => at.store.sizeOf(key))).toEqual([100, null, 100])
    expect(await at.store.write(keyOf("d"), bytes(126), whole)).toMatchObject({ outcome: "too_large" })
    expect(await at.store.write(keyOf("e"), bytes(10), Promise.resolve(false))).toMatchObject({ outcome: "failed" })
    expect(fs.readdirSync(at.dir).toSorted()).toEqual([a, c].toSorted())
  })

  it("of two writers at once one wins, whole", async () => {
    using at = storeOf(1000)
    const key = keyOf("race")
    const ended = await Promise.all([at.store.write(key, bytes(10), whole), at.store.write(key, bytes(20), whole)])
    expect(ended.map(({ outcome }) => outcome).toSorted()).toEqual(["present", "stored"])
    expect([10, 20]).toContain(at.store.sizeOf(key))
  })
})
