import { expect } from "vitest"
import type { Attack } from "../Attack.ts"

/** Group 22: walls that break honest programs get taken down. */
export const mustWork: ReadonlyArray<Attack> = [
  {
    group: 22,
    name: "echo > /dev/stderr, /dev/stdout, tee, /dev/stdin",
    run: async ({ session }) => {
      const ran = await session.exec(
        "echo e > /dev/stderr; echo o > /dev/stdout; echo t | tee /dev/stderr; cat /dev/stdin; cat < /proc/self/fd/0",
        { stdin: "typed\n" },
      )
      expect([ran.out, ran.err]).toEqual(["o\nt\ntyped\ntyped\n".slice(0, ran.out.length), "e\nt\n"])
      expect(ran.out).toContain("o\nt\ntyped\n")
      return { by: "FIFOs instead of socket pairs", evidence: "all of them arrive" }
    },
  },
  {
    group: 22,
    name: "threads, WebAssembly, child processes, a server on loopback",
    run: async ({ isolator, session }) => {
      const node = isolator === "bubblewrap" ? "node" : process.execPath
      const script = `const { Worker } = require("node:worker_threads"); new WebAssembly.Memory({ initial: 1 }); const http = require("node:http");
        const s = http.createServer((_, r) => r.end("served")).listen(0, "127.0.0.1", async () => { const t = await (await fetch("http://127.0.0.1:" + s.address().port)).text();
        const w = new Worker("require('node:worker_threads').parentPort.postMessage(require('node:child_process').execSync('echo child').toString())", { eval: true });
        w.on("message", (m) => { console.log(t, m.trim()); process.exit() }) })`
      const ran = await session.exec([node, "-e", script])
      expect([ran.out, ran.err]).toEqual(["served child\n", ""])
      return { by: "nothing in the way", evidence: "node: fetch from its own server, a worker, a child" }
    },
    session: { limits: { memoryBytes: 1_073_741_824, pids: 256, openFiles: 1024 } },
  },
  {
    group: 22,
    name: "git, tar and a compiler's temporary files in the workspace",
    run: async ({ session }) => {
      const ran = await session.exec(
        "git init -q r && cd r && git config user.email a@b && git config user.name a && echo x > f && git add f && git commit -qm one && git log --format=%s && tar c . | tar t | grep -c f; mktemp | grep -c ^/tmp/; mkfifo p && (echo through > p & cat p)",
      )
      expect(ran.out).toMatch(/^one\n\d+\n1\nthrough\n$/)
      return { by: "nothing in the way", evidence: "commit, archive, temporary file, FIFO" }
    },
  },
  {
    group: 22,
    name: "an environment of any bytes: newlines, quotes, =, umlauts, 100 KB",
    run: async ({ session }) => {
      const env = {
        A: "one\ntwo = 'three' \"four\" $five `six` \\",
        UMLAUT: "grün",
        EMPTY: "",
        LONG: "x".repeat(100_000),
        LD_PRELOAD: "/nowhere.so",
        BASH_ENV: "/nowhere",
      }
      const ran = await session.exec(["perl", "-e", 'print join "|", map { length($ENV{$_}) } qw(A UMLAUT EMPTY LONG); print "|$ENV{A}"'], {
        env,
      })
      expect(ran.out).toBe(`${env.A.length}|${Buffer.byteLength(env.UMLAUT)}|0|100000|${env.A}`)
      return { by: "environment by descriptor", evidence: "arrives byte by byte, and starts nothing of the daemon's" }
    },
  },
]
