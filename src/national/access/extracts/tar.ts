/** Files beside each other in one, as every system unpacks them (POSIX ustar). Names are ours: short, and of plain letters. */
export function tarOf(
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
  at: Date,
): Uint8Array {
  const blocks = files.flatMap(({ name, bytes }) => [
    header(name, bytes.length, at),
    bytes,
    Buffer.alloc((512 - (bytes.length % 512)) % 512),
  ])
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

/** The files of what `tarOf` made. */
export function untar(tar: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const bytes = Buffer.from(tar)
  const files = new Map<string, Uint8Array>()
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0;) {
    const name = bytes.toString('latin1', at, at + 100).replace(/\0.*$/s, '')
    const size = Number.parseInt(bytes.toString('latin1', at + 124, at + 135), 8)
    files.set(name, bytes.subarray(at + 512, at + 512 + size))
    at += 512 + Math.ceil(size / 512) * 512
  }
  return files
}

function header(name: string, size: number, at: Date): Uint8Array {
  const block = Buffer.alloc(512)
  const put = (text: string, place: number): number => block.write(text, place, 'latin1')
  const octal = (value: number, length: number): string => value.toString(8).padStart(length - 1, '0')
  put(name, 0)
  put(`${octal(0o600, 8)}\0${octal(0, 8)}\0${octal(0, 8)}\0`, 100)
  put(`${octal(size, 12)}\0${octal(Math.floor(at.getTime() / 1000), 12)}\0        0`, 124)
  put('ustar\x0000', 257)
  put(
    `${octal(
      block.reduce((sum, byte) => sum + byte, 0),
      7,
    )}\0 `,
    148,
  )
  return block
}
