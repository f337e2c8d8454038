import { randomBytes } from "node:crypto"
import type { Engine } from "./engine.ts"

/**
 * The flags of docs/hosting-the-sandbox.md. `container`: one session, nothing leaves, root may change hands and no more.
 * `bubblewrap`: many sessions with doors of their own; building those walls takes namespaces and mounts.
 */
export const FLAGS = {
  container: [
    // Docker keeps an internal network from leading anywhere; older engines leave a default route in it all the same.
    "--env=LOOM_SANDBOX_EGRESS=platform",
    "--cap-drop=ALL",
    ...["CHOWN", "DAC_OVERRIDE", "SETGID", "SETPCAP", "SETUID"].map((name) => `--cap-add=${name}`),
    "--security-opt=no-new-privileges",
    "--read-only",
    ...["/tmp:exec,size=1g", "/run", "/var/lib/sandboxd:mode=0700", "/workspace:exec,size=2g", "/home/loom:exec,size=2g"].map(
      (mount) => `--tmpfs=${mount}`,
    ),
    "--memory=2g",
    // Above what a session may have (LOOM_SANDBOX_PIDS, 2048): the daemon must be able to start what ends a fork bomb.
    "--pids-limit=4096",
  ],
  bubblewrap: [
    "--cap-drop=ALL",
    ...[
      "CHOWN",
      "DAC_OVERRIDE",
      "FOWNER",
      "KILL",
      "MKNOD",
      "NET_ADMIN",
      "NET_BIND_SERVICE",
      "SETGID",
      "SETPCAP",
      "SETUID",
      "SYS_ADMIN",
      "SYS_CHROOT",
    ].map((name) => `--cap-add=${name}`),
    "--security-opt=seccomp=unconfined",
    "--security-opt=systempaths=unconfined",
    "--memory=4g",
    "--pids-limit=4096",
  ],
} as const

export interface RunningImage {
  readonly name: string
  readonly url: string
  readonly token: string
  /** Address of this machine as the container sees it. */
  readonly hostAddress: string
  /** From `docker run` to the first answer of `/healthz`, milliseconds. */
  readonly startMs: number
  readonly remove: () => void
}

/** Starts a container on a network of its own that leads nowhere, and waits until it answers. */
export const runImage = async (
  engine: Engine,
  image: string,
  isolator: keyof typeof FLAGS,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningImage> => {
  const name = `loom-test-${randomBytes(4).toString("hex")}`
  const token = randomBytes(24).toString("hex")
  engine.run(["network", "create", "--internal", name])
  const remove = () => {
    for (const args of [
      ["rm", "--force", "--volumes", name],
      ["network", "rm", name],
    ]) {
      try {
        engine.run(args)
      } catch {
        // Gone already.
      }
    }
  }
  try {
    const began = performance.now()
    engine.run([
      "run",
      "--detach",
      `--name=${name}`,
      `--network=${name}`,
      ...FLAGS[isolator],
      `--env=LOOM_SANDBOX_ISOLATOR=${isolator}`,
      `--env=LOOM_SANDBOX_TOKEN=${token}`,
      ...Object.entries(env).map(([key, value]) => `--env=${key}=${value}`),
      image,
    ])
    const [address = "", hostAddress = ""] = engine
      .run(["inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{.Gateway}}{{end}}", name])
      .split(" ")
    const url = `http://${address}:8080`
    while (
      !(await fetch(`${url}/healthz`).then(
        (answer) => answer.ok,
        () => false,
      ))
    ) {
      if (engine.run(["inspect", "--format", "{{.State.Running}}", name]) !== "true")
        throw new Error(`the container ended: ${engine.run(["logs", name])}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return { name, url, token, hostAddress, startMs: performance.now() - began, remove }
  } catch (error) {
    remove()
    throw error
  }
}
