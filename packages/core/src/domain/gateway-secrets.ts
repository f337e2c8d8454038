import type { SandboxGateway } from "./SandboxProtocol.ts"

/** Shorter values would be found by accident. */
const MIN_LENGTH = 8

/** What opens the gateways of a session, with and without its scheme (`Bearer …`): it belongs outside, and may stand in no request. */
export const gatewaySecrets = (gateways: ReadonlyArray<SandboxGateway>): ReadonlyArray<string> =>
  gateways
    .flatMap((gateway) => Object.values(gateway.headers))
    .flatMap((value) => [value, value.replace(/^\w+ /, "")])
    .filter((value) => value.length >= MIN_LENGTH)
