import { isIP } from 'node:net'
import { fail, ok, type Result } from '../../core/vocabulary/index.ts'
import type { FieldFault } from '../agreements/index.ts'
import { readHttpsEndpoint, readSftpEndpoint } from './endpoint.ts'
import { isPublicKey, publicHalf } from './ssh-key.ts'

/** Where a recipient says that it wants its files, and how the school is let in, as a person writes it down. */
export type ProposedEndpoint =
  | {
      readonly kind: 'sftp'
      readonly host: string
      readonly port: string
      readonly user: string
      readonly folder: string
      /** The server's public key as OpenSSH writes it, or that key's fingerprint (`SHA256:…`). */
      readonly hostKey: string
      readonly signIn:
        | { readonly by: 'new-key' }
        | { readonly by: 'private-key' | 'password'; readonly secret: string }
        | { readonly by: 'as-before' }
    }
  | {
      readonly kind: 'https'
      readonly url: string
      readonly method: 'PUT' | 'POST'
      readonly signIn:
        { readonly by: 'token'; readonly secret: string } | { readonly by: 'as-before' | 'nothing' }
    }

export type EndpointSettings = Readonly<Record<string, string | number>>

const named = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/i

/** What is stored of a proposal; every fault of it, by field. A person gives less freedom than the demonstration takes. */
export function settingsOf(
  proposal: ProposedEndpoint,
  hasSecret: boolean,
): Result<EndpointSettings, readonly FieldFault[]> {
  return proposal.kind === 'sftp' ? sftpSettings(proposal, hasSecret) : httpsSettings(proposal, hasSecret)
}

function sftpSettings(
  { host, port, user, folder, hostKey, signIn }: ProposedEndpoint & { kind: 'sftp' },
  hasSecret: boolean,
): Result<EndpointSettings, readonly FieldFault[]> {
  const faults: FieldFault[] = []
  const fault = (field: string, text: string): number => faults.push({ field, text })
  const address = host.trim()
  if (!named.test(address) && isIP(address) === 0)
    fault('host', 'Enter the server’s name, such as sftp.supplier.example, without sftp:// or a folder')
  const number = port.trim() === '' ? 22 : Number(port)
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    fault('port', 'The port is a whole number from 1 to 65535')
  if (!/^[^\s:@/]{1,100}$/.test(user.trim())) fault('user', 'Enter the user name that the recipient gave you')
  const pin = hostKey.trim()
  const fingerprint = /^SHA256:[A-Za-z0-9+/]{43}=?$/.test(pin)
  if (pin === '')
    fault('hostKey', 'Enter the fingerprint of the server’s host key. Ask the recipient for it by telephone')
  else if (!fingerprint && !isPublicKey(pin))
    fault(
      'hostKey',
      'A fingerprint begins SHA256: and has 43 characters after it; a host key begins ssh- or ecdsa-',
    )
  if (signIn.by === 'as-before' && !hasSecret) fault('signIn', 'Choose how the school signs in')
  if (signIn.by === 'private-key' && publicHalf(signIn.secret) === null)
    fault('privateKey', 'This is no private key that can be used. It must be whole and have no passphrase')
  if (signIn.by === 'password' && signIn.secret === '') fault('password', 'Enter the password')
  const settings = {
    host: address,
    port: number,
    user: user.trim(),
    folder: folder.trim() === '' ? '.' : folder.trim(),
    ...(fingerprint ? { fingerprint: pin } : { hostKey: pin }),
  }
  if (!faults.some(({ field }) => field !== 'signIn') && !readSftpEndpoint(settings).ok)
    fault('folder', 'The folder can’t go up (..) and has no control characters')
  return faults.length > 0 ? fail(faults) : ok(settings)
}

function httpsSettings(
  { url, method, signIn }: ProposedEndpoint & { kind: 'https' },
  hasSecret: boolean,
): Result<EndpointSettings, readonly FieldFault[]> {
  const faults: FieldFault[] = []
  const settings = { url: url.trim(), method }
  const address = URL.canParse(settings.url) ? new URL(settings.url) : null
  if (address?.protocol !== 'https:') faults.push({ field: 'url', text: 'The address begins https://' })
  else if (!named.test(address.hostname))
    faults.push({
      field: 'url',
      text: 'The address names a server, such as https://in.supplier.example/files/',
    })
  else if (!readHttpsEndpoint(settings).ok)
    faults.push({ field: 'url', text: 'Leave user name and password out of the address' })
  if (signIn.by === 'as-before' && !hasSecret)
    faults.push({ field: 'signIn', text: 'Choose whether the recipient wants a token' })
  if (signIn.by === 'token' && !/^[\x21-\x7e]{8,4000}$/.test(signIn.secret.trim()))
    faults.push({ field: 'token', text: 'A token is one line of at least 8 characters without spaces' })
  return faults.length > 0 ? fail(faults) : ok(settings)
}
