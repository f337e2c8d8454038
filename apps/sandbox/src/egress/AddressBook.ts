import dns from "node:dns/promises"

/** Long enough for one install's hundreds of tunnels, short enough for a registry that moves. */
const KEPT_MS = 30_000
const MAX_NAMES = 256

type Lookup = (host: string) => Promise<{ readonly address: string }>

/**
 * Addresses of the package registries, looked up once for many tunnels: yarn 1 opens one per tarball, and a lookup may take
 * seconds where the resolver is slow. Lookups of one name at the same time are one; failures are not kept. What an address may
 * be is checked by whoever asks, at every use.
 */
export class AddressBook {
  readonly #known = new Map<string, { readonly address: Promise<string | null>; readonly until: number }>()
  readonly #lookup: Lookup
  readonly #now: () => number

  constructor(lookup: Lookup = (host) => dns.lookup(host), now: () => number = Date.now) {
    this.#lookup = lookup
    this.#now = now
  }

  /** Null when the name does not resolve now. */
  addressOf(host: string): Promise<string | null> {
    const known = this.#known.get(host)
    if (known !== undefined && known.until > this.#now()) return known.address
    const address = this.#lookup(host).then(
      (found) => found.address,
      () => {
        this.#known.delete(host)
        return null
      },
    )
    if (this.#known.size >= MAX_NAMES) this.#known.clear()
    this.#known.set(host, { address, until: this.#now() + KEPT_MS })
    return address
  }
}
