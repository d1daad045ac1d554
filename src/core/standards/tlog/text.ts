import { GatehouseError } from '../../vocabulary/index.ts'

/** The one error that this folder throws: what was handed over is not in the format's form. */
export const malformed = (what: string, where?: string): GatehouseError =>
  new GatehouseError('bad-input', what, where === undefined ? {} : { where })

/** Standard alphabet with padding and nothing else: one byte sequence has one text (C2SP conventions). */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

export const encodeBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** A decimal without sign, spaces or leading zeros, up to 2^53 − 1 (more entries than any log here will have). */
export function parseDecimal(text: string): number | undefined {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) return undefined
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : undefined
}

/** Text of bytes that are UTF-8 throughout, or undefined. A byte-order mark stays a character. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
