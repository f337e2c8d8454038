/** Port of sandboxd inside the image (apps/sandbox/Dockerfile). */
export const SANDBOXD_PORT = 8080
const START_ATTEMPTS = 120
const START_PAUSE_MS = 250

/** The part of Cloudflare's `ctx.container` that a box uses. */
export type BoxContainer = Pick<
  Container,
  | "running"
  | "images"
  | "start"
  | "destroy"
  | "getTcpPort"
  | "setInactivityTimeout"
  | "interceptAllOutboundHttp"
  | "interceptOutboundHttp"
  | "interceptOutboundHttps"
>

/**
 * Every way out leads to `outbound`: plain HTTP and HTTPS of any host, and the gateways by name too, so that their names resolve inside.
 * Before the container starts, so that nothing leaves it in between; again with each opening, since an intercept ends with the container.
 */
export const closeWalls = async (container: BoxContainer, outbound: Fetcher, gatewayHosts: ReadonlyArray<string>): Promise<void> => {
  await container.interceptAllOutboundHttp(outbound)
  await container.interceptOutboundHttps("*", outbound)
  for (const host of gatewayHosts) await container.interceptOutboundHttp(host, outbound)
}

/** `instance`: name of a size of Cloudflare's (LOOM_SANDBOX_INSTANCE). */
export const startContainer = (container: BoxContainer, image: string, token: string, instance: string): void =>
  container.start({
    image,
    instance: instance as "standard-2",
    enableInternet: false,
    env: {
      LOOM_SANDBOX_ISOLATOR: "container",
      // There is a route here, and `closeWalls` holds its other end.
      LOOM_SANDBOX_EGRESS: "platform",
      LOOM_SANDBOX_PORT: String(SANDBOXD_PORT),
      LOOM_SANDBOX_HOST: "0.0.0.0",
      LOOM_SANDBOX_TOKEN: token,
    },
  })

/** A cold container listens after one to three seconds; until then connections are refused. False when it never does. */
export const listening = async (container: BoxContainer): Promise<boolean> => {
  for (let attempt = 1; attempt <= START_ATTEMPTS && container.running; attempt++) {
    try {
      await (await container.getTcpPort(SANDBOXD_PORT).fetch("http://sandboxd/healthz")).body?.cancel()
      return true
    } catch {
      await scheduler.wait(START_PAUSE_MS)
    }
  }
  return false
}
