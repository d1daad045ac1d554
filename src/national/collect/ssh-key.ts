/** An Ed25519 public key for SSH. */
export interface SshKey {
  /** `ssh-ed25519 AAAA…`, without a comment. */
  readonly text: string
  /** As it goes over the wire (RFC 8709). */
  readonly blob: Buffer
}

const type = 'ssh-ed25519'
const head = Buffer.concat([
  Buffer.from([0, 0, 0, type.length]),
  Buffer.from(type),
  Buffer.from([0, 0, 0, 32]),
])

/** Reads a line of an OpenSSH public key file; null when it is no Ed25519 key. */
export function parseSshKey(text: string): SshKey | null {
  const [, encoded = ''] = /^ssh-ed25519 ([A-Za-z0-9+/]{68})={0,2}(?: [^\r\n]*)?$/.exec(text.trim()) ?? []
  const blob = Buffer.from(encoded, 'base64')
  if (blob.length !== head.length + 32 || !blob.subarray(0, head.length).equals(head)) return null
  return { text: `${type} ${blob.toString('base64')}`, blob }
}
