/** One entry of a tar archive (ustar, POSIX.1-1988), with whatever an honest archiver would never write. */
export interface TarEntry {
  readonly name: string
  /** `0` file, `1` hard link, `2` symlink, `3` character device, `4` block device, `5` folder, `6` pipe, `x` pax header, `L` long name. */
  readonly type?: string
  readonly link?: string
  readonly mode?: number
  readonly content?: string | Uint8Array
  /** What the header says of the content, where that is a lie. */
  readonly size?: number
  readonly device?: readonly [major: number, minor: number]
}

const BLOCK = 512

const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, "0")}\0`
/** Numbers that octal digits do not hold are written in base 256 (GNU). */
const sizeField = (size: number): Buffer => {
  if (size < 8 ** 11) return Buffer.from(octal(size, 12))
  const field = Buffer.alloc(12)
  field[0] = 0x80
  field.writeBigUInt64BE(BigInt(size), 4)
  return field
}

export const tarEntry = (entry: TarEntry): Buffer => {
  const content = Buffer.from(entry.content ?? "")
  const header = Buffer.alloc(BLOCK)
  header.write(entry.name, 0, 100, "latin1")
  header.write(octal(entry.mode ?? 0o644, 8), 100)
  header.write(octal(0, 8), 108)
  header.write(octal(0, 8), 116)
  sizeField(entry.size ?? content.length).copy(header, 124)
  header.write(octal(1_700_000_000, 12), 136)
  header.write(" ".repeat(8), 148)
  header.write(entry.type ?? "0", 156)
  header.write(entry.link ?? "", 157, 100, "latin1")
  header.write("ustar\x0000", 257)
  header.write(octal(entry.device?.[0] ?? 0, 8), 329)
  header.write(octal(entry.device?.[1] ?? 0, 8), 337)
  header.write(
    `${octal(
      header.reduce((sum, byte) => sum + byte, 0),
      7,
    )} `,
    148,
  )
  return Buffer.concat([header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)])
}

/** A pax header for the entry behind it: its length counts itself (POSIX.1-2001). */
export const paxEntry = (values: Readonly<Record<string, string>>): Buffer => {
  const records = Object.entries(values).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`
    let length = Buffer.byteLength(rest)
    length += String(length + String(length).length).length
    return `${length}${rest}`
  })
  return tarEntry({ name: "pax", type: "x", content: records.join("") })
}

/** A whole archive. */
export const tarOf = (...entries: ReadonlyArray<Buffer>): Buffer => Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)])
