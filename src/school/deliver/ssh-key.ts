import ssh2 from 'ssh2'

const { utils } = ssh2

/**
 * A new key pair with which the school signs in at one recipient. About one in some hundreds that the package makes can't be
 * read back: such a one is thrown away.
 */
export function makeSshKey(): { readonly private: string; readonly public: string } {
  for (;;) {
    const pair = utils.generateKeyPairSync('ed25519', { comment: 'gatehouse' })
    const half = publicHalf(pair.private)
    if (half !== null && pair.public.startsWith(half)) return pair
  }
}

/** The public half, as OpenSSH writes it, of a private key without a passphrase; null when it is none. */
export function publicHalf(privateKey: string): string | null {
  const parsed = utils.parseKey(privateKey)
  if (parsed instanceof Error || !parsed.isPrivateKey()) return null
  return `${parsed.type} ${parsed.getPublicSSH().toString('base64')}`
}

/** True for a public key as OpenSSH writes it. */
export function isPublicKey(text: string): boolean {
  const parsed = utils.parseKey(text)
  return !(parsed instanceof Error) && !parsed.isPrivateKey()
}
