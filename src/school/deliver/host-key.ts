import { createHash } from 'node:crypto'

/** How a school pins an SFTP server: its public key as OpenSSH writes it, or that key's fingerprint (`SHA256:…`). */
export type HostKeyPin = { readonly hostKey: string } | { readonly fingerprint: string }

const withoutPadding = (text: string): string => text.replace(/=+$/, '')

/** SHA-256 fingerprint of a public key in SSH wire form, as `ssh-keygen -l` prints it. */
export const fingerprintOf = (wire: Uint8Array): string =>
  `SHA256:${withoutPadding(createHash('sha256').update(wire).digest('base64'))}`

/** True when the key that a server showed is the pinned one. */
export function isPinned(pin: HostKeyPin, wire: Uint8Array): boolean {
  if ('fingerprint' in pin) return withoutPadding(pin.fingerprint) === fingerprintOf(wire)
  const [, body = ''] = pin.hostKey.trim().split(/\s+/)
  return body !== '' && Buffer.from(body, 'base64').equals(wire)
}

/** The key type to ask the server for, so that it shows the pinned key and not another of its own; undefined for a fingerprint. */
export const pinnedType = (pin: HostKeyPin): string | undefined =>
  'hostKey' in pin ? pin.hostKey.trim().split(/\s+/)[0] : undefined
