const block = 512

const header = (name: string, bytes: number): Buffer => {
  const head = Buffer.alloc(block)
  head.write(name, 0, 100)
  head.write("0000644\0", 100)
  head.write("0001750\0", 108)
  head.write("0001750\0", 116)
  head.write(`${bytes.toString(8).padStart(11, "0")}\0`, 124)
  head.write("00000000000\0", 136)
  head.write("        ", 148)
  head.write("0", 156)
  head.write("ustar\x0000", 257)
  const sum = head.reduce((total, byte) => total + byte, 0)
  head.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148)
  return head
}

/** A tar archive (ustar) of so many small files, a hundred to a directory: what a checked-out project looks like. */
export const treeOf = (files: number): Uint8Array<ArrayBuffer> => {
  const parts = Array.from({ length: files }, (_, index) => {
    const content = `export const value = ${index}\n`.repeat(1 + (index % 40))
    const padded = Buffer.alloc(Math.ceil(content.length / block) * block)
    padded.write(content)
    return Buffer.concat([header(`src/dir-${Math.floor(index / 100)}/file-${index}.ts`, content.length), padded])
  })
  return new Uint8Array(Buffer.concat([...parts, Buffer.alloc(2 * block)]))
}
