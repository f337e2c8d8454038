import fs from "node:fs"
import path from "node:path"
import { expect } from "vitest"
import type { Attack, Battlefield } from "../Attack.ts"

const wallOf = (field: Battlefield) => (field.isolator === "bubblewrap" ? "mount namespace" : "uid")

const codeOf = async ({ daemon }: Battlefield, response: Response): Promise<string> =>
  response.ok ? String(response.status) : (await daemon.problemOf(response)).code

const socket = `perl -MSocket -e 'socket(my $s, AF_UNIX, SOCK_STREAM, 0); bind($s, sockaddr_un("socket"))'`

/** Group 11: the files API, which runs programs inside and opens nothing outside. */
export const filesApi: ReadonlyArray<Attack> = [
  {
    group: 11,
    name: "files: links, /proc/self/root, devices, pipes and sockets",
    run: async (field) => {
      const { canaries, session } = field
      const folder = path.dirname(canaries.file)
      const name = path.basename(canaries.file)
      await session.exec(
        `ln -s ${canaries.file} link; ln -s ${folder} folder; ln ${canaries.file} hard; ln -s /proc/self/root root; mkfifo pipe; ln -s /dev/zero zero; ln -s loop loop; ${socket}`,
      )
      const roots = [`root${canaries.file}`, `/proc/1/root${canaries.file}`, `/proc/self/root${canaries.file}`, `../../..${canaries.file}`]
      const paths = ["link", `folder/${name}`, "hard", ...roots, "pipe", "socket", "zero", "loop", "/dev/mem", "/proc/kcore"]
      const statuses = new Set<number>()
      for (const file of paths) {
        const response = await session.get(file)
        const text = await response.text()
        // What may be opened and is empty (a file of /proc) tells nothing either.
        expect([file, text.includes(canaries.token), response.ok && text !== ""]).toEqual([file, false, false])
        statuses.add(response.status)
      }
      for (const file of ["folder/planted", `root${folder}/planted`, `../../../..${folder}/planted`, "link"])
        await session.put(file, "planted")
      expect(fs.existsSync(path.join(folder, "planted"))).toBe(false)
      return { by: wallOf(field), evidence: `${paths.length} reads: ${[...statuses].toSorted().join(", ")}; 4 writes stay inside` }
    },
  },
  {
    group: 11,
    name: "files: a name that is a folder, a link and a pipe in turn while it is read and written",
    run: async (field) => {
      const { canaries, session } = field
      const folder = path.dirname(canaries.file)
      const name = path.basename(canaries.file)
      await session.exec(`mkdir real piped; echo mine > real/${name}; mkfifo piped/${name}; ln -s ${folder} evil`)
      const racing = session.exec(
        `end=$((SECONDS + 3)); while [ $SECONDS -lt $end ]; do mv -T real tmp; mv -T evil real; mv -T real evil; mv -T piped real; mv -T real piped; mv -T tmp real; done`,
        { timeoutMs: 30_000 },
      )
      let mine = 0
      for (let n = 0; n < 10; n++) {
        const [read] = await Promise.all([session.get(`real/${name}`), session.put("real/planted", "planted")])
        const text = await read.text()
        expect(text.includes(canaries.token)).toBe(false)
        if (text === "mine\n") mine++
      }
      await racing
      expect(fs.existsSync(path.join(folder, "planted"))).toBe(false)
      return { by: wallOf(field), evidence: `10 reads and 10 writes in the race; ${mine} met the file itself, none the host` }
    },
    long: true,
  },
  {
    group: 11,
    name: "files: one that grows while it is read, and one that is all hole",
    run: async ({ daemon, session }) => {
      await session.exec("head -c 1000000 /dev/zero > grows; truncate -s 30M hole")
      const writing = await session.start("while :; do echo more >> grows; done", { id: "grow", timeoutMs: 20_000 })
      const read = await (await session.get("grows")).arrayBuffer()
      await daemon.request("DELETE", `${session.base}/execs/grow`)
      await writing.text()
      expect(read.byteLength).toBeGreaterThanOrEqual(1_000_000)
      const hole = await (await session.get("hole")).arrayBuffer()
      expect(hole.byteLength).toBe(30 * 1_048_576)
      return { by: "read to its length at opening", evidence: `${read.byteLength} bytes of a file that does not end` }
    },
  },
  {
    group: 11,
    name: "files: names with line feeds, quotes, dashes, 255 bytes, and names that are none",
    run: async (field) => {
      const { session } = field
      const good = [
        "a\nb",
        "-rf",
        "--",
        "$(touch pwned)",
        "`touch pwned`",
        `'"\\`,
        "dir\n/file\n",
        "*",
        "\u202etxt.js",
        "x".repeat(255),
        " ",
      ]
      for (const name of good) {
        expect([name, (await session.put(name, `of ${name}`)).status]).toEqual([name, 204])
        expect(await (await session.get(name)).text()).toBe(`of ${name}`)
      }
      const bad = { ["x".repeat(256)]: "file_refused", "\ufffd": "invalid_request", "a\0b": "invalid_request" }
      for (const [name, code] of Object.entries(bad))
        expect([name, await codeOf(field, await session.put(name, "x"))]).toEqual([name, code])
      // Longer than PATH_MAX.
      const deep = await session.put(`${"d/".repeat(2100)}f`, "x")
      expect(deep.status).toBe(422)
      expect((await session.exec("find . -name 'pwned' -o -name '.loom-*' | wc -l")).out).toBe("0\n")
      return { by: "names are arguments, never script", evidence: `${good.length} round trips, ${Object.keys(bad).length + 1} refusals` }
    },
  },
]
