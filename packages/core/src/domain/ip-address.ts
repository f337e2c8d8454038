/**
 * What an address is to somebody who asks from inside a network (IANA's special-purpose registries, RFC 6890 and later).
 * `metadata`: the services of clouds that answer with credentials.
 */
export type AddressClass = "public" | "private" | "loopback" | "link-local" | "metadata" | "multicast" | "reserved"

type Block = readonly [base: string, prefix: number, AddressClass]

/** The first that matches counts. */
const V4: ReadonlyArray<Block> = [
  // AWS, Azure, Google, OpenStack and most others; Alibaba; Azure's wire server; Oracle.
  ["169.254.169.254", 32, "metadata"],
  ["169.254.170.2", 32, "metadata"],
  ["100.100.100.200", 32, "metadata"],
  ["168.63.129.16", 32, "metadata"],
  ["192.0.0.192", 32, "metadata"],
  ["0.0.0.0", 8, "loopback"],
  ["127.0.0.0", 8, "loopback"],
  ["169.254.0.0", 16, "link-local"],
  ["10.0.0.0", 8, "private"],
  ["172.16.0.0", 12, "private"],
  ["192.168.0.0", 16, "private"],
  // Carrier-grade NAT (RFC 6598), benchmarks (RFC 2544).
  ["100.64.0.0", 10, "private"],
  ["198.18.0.0", 15, "private"],
  ["192.0.0.0", 24, "reserved"],
  ["192.0.2.0", 24, "reserved"],
  ["192.88.99.0", 24, "reserved"],
  ["198.51.100.0", 24, "reserved"],
  ["203.0.113.0", 24, "reserved"],
  ["224.0.0.0", 4, "multicast"],
  ["240.0.0.0", 4, "reserved"],
]
const V6: ReadonlyArray<Block> = [
  ["fd00:ec2::254", 128, "metadata"],
  ["fd20:ce::254", 128, "metadata"],
  ["::", 128, "loopback"],
  ["::1", 128, "loopback"],
  ["fe80::", 10, "link-local"],
  ["fc00::", 7, "private"],
  ["fec0::", 10, "private"],
  // NAT64 of one network (RFC 8215): where it leads, only that network knows.
  ["64:ff9b:1::", 48, "private"],
  ["ff00::", 8, "multicast"],
  // Teredo, ORCHID, benchmarks and documentation within the global block.
  ["2001::", 23, "reserved"],
  ["2001:db8::", 32, "reserved"],
  ["3fff::", 20, "reserved"],
  ["2000::", 3, "public"],
]

/** Blocks of IPv6 that stand for an IPv4 address, and how many bits lie before it: mapped, translated, compatible, NAT64, 6to4. */
const EMBEDDED: ReadonlyArray<readonly [base: string, prefix: number, bitsBefore: number]> = [
  ["::ffff:0:0", 96, 96],
  ["::ffff:0:0:0", 96, 96],
  ["64:ff9b::", 96, 96],
  ["2002::", 16, 16],
  ["::", 96, 96],
]

const dotted = (text: string): bigint | null => {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (match === null) return null
  const parts = match.slice(1)
  // `010` is 8 to one reader and 10 to another: no address at all here.
  if (parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith("0")))) return null
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n)
}

const colons = (text: string): bigint | null => {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  const last = tail === null ? null : dotted(tail[2] ?? "")
  if (tail !== null && last === null) return null
  const plain = last === null ? text : `${tail?.[1] ?? ""}${(last >> 16n).toString(16)}:${(last & 0xffffn).toString(16)}`
  const halves = plain.split("::")
  if (halves.length > 2) return null
  const [left = [], right = []] = halves.map((half) => (half === "" ? [] : half.split(":")))
  const missing = 8 - left.length - right.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null
  const groups = [...left, ...Array.from({ length: halves.length === 2 ? missing : 0 }, () => "0"), ...right]
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return null
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n)
}

/** An address in one of the two spellings that mean one thing: four decimal numbers, or RFC 4291 without a zone. */
export const parseAddress = (text: string): { readonly bits: 32 | 128; readonly value: bigint } | null => {
  const v4 = dotted(text)
  if (v4 !== null) return { bits: 32, value: v4 }
  const v6 = text.includes(":") && text.length <= 45 ? colons(text) : null
  return v6 === null ? null : { bits: 128, value: v6 }
}

const within = (value: bigint, bits: 32 | 128, base: string, prefix: number): boolean => {
  const start = parseAddress(base)
  if (start === null || start.bits !== bits) return false
  const shift = BigInt(bits - prefix)
  return value >> shift === start.value >> shift
}

const classOf = (value: bigint, bits: 32 | 128, blocks: ReadonlyArray<Block>): AddressClass | undefined =>
  blocks.find(([base, prefix]) => within(value, bits, base, prefix))?.[2]

/** Null: no address. Whatever of IPv6 is not known to be global is `reserved`. */
export const classifyAddress = (text: string): AddressClass | null => {
  // A zone (`fe80::1%eth0`) says only through which interface.
  const address = parseAddress(text.replace(/%.*$/s, ""))
  if (address === null) return null
  if (address.bits === 32) return classOf(address.value, 32, V4) ?? "public"
  const { value } = address
  if (value > 1n) {
    const embedded = EMBEDDED.find(([base, prefix]) => within(value, 128, base, prefix))
    if (embedded !== undefined) return classOf((value >> BigInt(128 - embedded[2] - 32)) & 0xffff_ffffn, 32, V4) ?? "public"
  }
  return classOf(value, 128, V6) ?? "reserved"
}
