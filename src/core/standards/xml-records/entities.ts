const known: Readonly<Record<string, number>> = { lt: 0x3c, gt: 0x3e, amp: 0x26, apos: 0x27, quot: 0x22 }

/** Longer references are refused: no character needs one. */
const longest = 32

/** The character of `&…;`, or null: XML's five and numbers of characters that XML allows. Nothing else is ever resolved. */
export function entityCharacter(name: string): string | null {
  const code = Object.hasOwn(known, name)
    ? known[name]
    : /^#0*[0-9]{1,7}$/.test(name)
      ? Number(name.slice(1))
      : /^#x0*[0-9a-fA-F]{1,6}$/.test(name)
        ? Number.parseInt(name.slice(2), 16)
        : undefined
  if (code === undefined || !allowed(code)) return null
  return String.fromCodePoint(code)
}

/** XML 1.0, production 2. */
const allowed = (code: number): boolean =>
  code === 0x9 ||
  code === 0xa ||
  code === 0xd ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff)

/**
 * The reference whose `&` stands at `at`. Null: its end is not in these bytes yet; `wrong`: it may not be used.
 */
export function readReference(
  bytes: Buffer,
  at: number,
  end: number,
): { readonly character: string; readonly to: number } | 'wrong' | null {
  const limit = Math.min(end, at + longest)
  let semicolon = at + 1
  while (semicolon < limit && inReference(bytes[semicolon] ?? 0)) semicolon++
  if (semicolon === limit) return limit === end && end - at < longest ? null : 'wrong'
  if (bytes[semicolon] !== 0x3b) return 'wrong'
  const character = entityCharacter(bytes.toString('latin1', at + 1, semicolon))
  return character === null ? 'wrong' : { character, to: semicolon + 1 }
}

const inReference = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  byte === 0x23
