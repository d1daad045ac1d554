const known: Readonly<Record<string, number>> = { lt: 0x3c, gt: 0x3e, amp: 0x26, apos: 0x27, quot: 0x22 }

/** The character of `&…;`, or null: XML's five and numbers of characters that XML allows. Nothing else is ever resolved. */
export function entityCharacter(name: string): string | null {
  const code = Object.hasOwn(known, name)
    ? known[name]
    : /^#[0-9]{1,7}$/.test(name)
      ? Number(name.slice(1))
      : /^#x[0-9a-fA-F]{1,6}$/.test(name)
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
