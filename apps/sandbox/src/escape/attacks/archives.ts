import fs from "node:fs"
import path from "node:path"
import { Readable } from "node:stream"
import { buffer } from "node:stream/consumers"
import { createGzip } from "node:zlib"
import { expect } from "vitest"
import type { Attack, Battlefield } from "../Attack.ts"
import { paxEntry, tarEntry, tarOf } from "../raw-tar.ts"

const MEBIBYTE = 1_048_576

const upload = ({ daemon, session }: Battlefield, body: Buffer | ReadableStream) =>
  daemon.request("PUT", `${session.base}/tar?path=in`, undefined, { body, duplex: "half" } as RequestInit)

/** 204, or a refusal that says why; never a 5xx. */
const answerOf = async ({ daemon }: Battlefield, response: Response): Promise<string> => {
  if (response.status === 204) return "unpacked without it"
  expect(response.status).toBe(422)
  const { code, detail } = await daemon.problemOf(response)
  expect(code).toBe("file_refused")
  const said = /^tar: .{1,80}/m.exec(detail)?.[0] ?? detail.replaceAll(/(a\/)+/g, "a/…/")
  return `422: ${said.slice(-90)}`
}
const unpack = async (field: Battlefield, ...entries: ReadonlyArray<Buffer>) => answerOf(field, await upload(field, tarOf(...entries)))

/** Group 11: archives whose entries want to be written, linked or made elsewhere. */
export const archives: ReadonlyArray<Attack> = [
  {
    group: 11,
    name: "tar: ../, absolute names and pax names of the host",
    run: async (field) => {
      const folder = path.dirname(field.canaries.file)
      const before = fs.readdirSync(folder)
      const names = ["../../planted", `${folder}/planted`, `in/../../..${folder}/planted`, "//etc/planted", "/root/planted"]
      const evidence = await unpack(
        field,
        ...names.map((name) => tarEntry({ name, content: "planted" })),
        paxEntry({ path: `${folder}/planted` }),
        tarEntry({ name: "short", content: "planted" }),
        tarEntry({ name: "././@LongLink", type: "L", content: `${"a/".repeat(2000)}../../../../planted\0` }),
        tarEntry({ name: "long", content: "planted" }),
      )
      expect(fs.readdirSync(folder)).toEqual(before)
      expect(fs.existsSync("/root/planted") || fs.existsSync("/etc/planted")).toBe(false)
      return { by: "tar runs inside the walls", evidence }
    },
  },
  {
    group: 11,
    name: "tar: a symlink, then a file through it",
    run: async (field) => {
      const folder = path.dirname(field.canaries.file)
      const before = fs.readdirSync(folder)
      const evidence = await unpack(
        field,
        tarEntry({ name: "out", type: "2", link: folder }),
        tarEntry({ name: "out/planted", content: "planted" }),
        tarEntry({ name: "up", type: "2", link: "../../../.." }),
        tarEntry({ name: `up${folder}/planted`, content: "planted" }),
        tarEntry({ name: "self", type: "2", link: "/proc/self/root" }),
        tarEntry({ name: `self${field.canaries.file}`, content: "planted" }),
      )
      expect(fs.readdirSync(folder)).toEqual(before)
      return { by: field.isolator === "bubblewrap" ? "mount namespace" : "uid", evidence }
    },
  },
  {
    group: 11,
    name: "tar: hard links to files of the host, then written through",
    run: async (field) => {
      const targets = [field.canaries.file, "/etc/passwd", "../../../../etc/passwd", "/proc/1/environ"]
      const evidence = await unpack(
        field,
        ...targets.flatMap((link, n) => [
          tarEntry({ name: `link${n}`, type: "1", link }),
          tarEntry({ name: `link${n}`, content: "overwritten" }),
        ]),
      )
      expect(fs.statSync(field.canaries.file).nlink).toBe(1)
      expect(fs.readFileSync("/etc/passwd", "utf8")).not.toContain("overwritten")
      return { by: field.isolator === "bubblewrap" ? "mount namespace" : "uid and protected_hardlinks", evidence }
    },
  },
  {
    group: 11,
    name: "tar: devices, and a program that wants to be root when it runs",
    run: async (field) => {
      const evidence = await unpack(
        field,
        tarEntry({ name: "root-shell", mode: 0o6755, content: "#!/bin/sh\nid -u\n" }),
        tarEntry({ name: "kmsg", type: "3", device: [1, 11], mode: 0o666 }),
        tarEntry({ name: "disk", type: "4", device: [8, 0], mode: 0o666 }),
      )
      const seen = await field.session.exec(
        `find . \\( -type c -o -type b \\) | wc -l; [ "$(stat -c %u in/root-shell)" = "$(id -u)" ] && echo own; in/root-shell | grep -cx 0; grep NoNewPrivs /proc/self/status`,
      )
      expect(seen.out).toMatch(/^0\nown\n0\nNoNewPrivs:\s*1\n$/)
      return { by: "no CAP_MKNOD, no_new_privs", evidence }
    },
  },
  {
    group: 11,
    name: "tar: one name many times, as file, link and folder",
    run: async (field) => {
      const kinds = [{ content: "one" }, { type: "2", link: field.canaries.file }, { content: "two" }, { type: "5" }, { content: "three" }]
      const evidence = await unpack(field, ...kinds.map((kind) => tarEntry({ name: "same", ...kind })))
      expect(fs.readFileSync(field.canaries.file, "utf8")).toBe(`${field.canaries.token}\n`)
      return { by: "tar runs inside the walls", evidence }
    },
  },
  {
    group: 11,
    name: "tar: 100,000 entries on a disk for some thousand",
    // A container's disk is the platform's.
    isolators: ["bubblewrap"],
    run: async (field) => {
      const entries = function* () {
        for (let n = 0; n < 100; n++)
          yield Buffer.concat(Array.from({ length: 1000 }, (_, m) => tarEntry({ name: `d${n}/f${m}`, content: "x" })))
      }
      const before = process.memoryUsage().rss
      const evidence = await answerOf(field, await upload(field, Readable.toWeb(Readable.from(entries())) as ReadableStream))
      // The daemon runs in this process.
      const grown = Math.max(0, Math.round((process.memoryUsage().rss - before) / MEBIBYTE))
      expect(grown).toBeLessThan(300)
      expect(evidence).toMatch(/^422/)
      return { by: "inodes of the session's disk", evidence: `${evidence}; daemon +${grown} MiB` }
    },
  },
  {
    group: 11,
    name: "tar: a header that promises 8 TiB, and an archive that is a gzip bomb",
    run: async (field) => {
      const lie = await answerOf(field, await upload(field, tarEntry({ name: "big", size: 2 ** 43, content: "x" })))
      const zeros = function* () {
        for (let n = 0; n < 64; n++) yield Buffer.alloc(MEBIBYTE)
      }
      const bomb = await buffer(Readable.from(zeros()).pipe(createGzip()))
      const evidence = await answerOf(field, await upload(field, bomb))
      expect(evidence).toMatch(/^422/)
      expect((await field.session.exec("find . -size +1M | wc -l")).out).toBe("0\n")
      return { by: "nothing is decompressed", evidence: `${lie}; ${evidence}` }
    },
  },
  {
    group: 11,
    name: "tar: a tree of pipes, sockets, loops and links to the host is read",
    run: async ({ canaries, daemon, session }) => {
      await session.exec(
        `mkdir -p out/deep; cd out; mkfifo pipe; ln -s ${canaries.file} host; ln -s /proc/self/root root; ln -s . loop; ln -s ${path.dirname(canaries.file)} folder
         perl -MSocket -e 'socket(my $s, AF_UNIX, SOCK_STREAM, 0); bind($s, sockaddr_un("socket"))'; touch -- "$(printf 'line\\nfeed')" "-rf" "$(printf 'x%.0s' $(seq 255))"`,
      )
      const response = await daemon.request("GET", `${session.base}/tar?path=out`)
      const tar = Buffer.from(await response.arrayBuffer())
      expect(tar.includes(canaries.token)).toBe(false)
      expect(tar.includes("line\nfeed")).toBe(true)
      return { by: "links are packed as links", evidence: `${tar.length} bytes, no canary` }
    },
  },
]
