import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import type { ProposedEndpoint } from '../../../school/deliver/index.ts'
import { text, type Options } from '../define.ts'

/** The options that say what is wrong where. */
export const endpointOptions: Readonly<Record<string, string>> = {
  host: '--host',
  port: '--port',
  user: '--user',
  folder: '--folder',
  hostKey: '--host-key',
  url: '--url',
  signIn: '--new-key, --private-key, --password or --keep',
  privateKey: '--private-key',
  password: '--password',
  token: '--token',
}

/** @throws GatehouseError `bad-input` when the options are of both kinds, or of none. */
export function endpointOf(options: Options): ProposedEndpoint {
  const [host, url] = [text(options, 'host'), text(options, 'url')]
  if ((host === undefined) === (url === undefined)) {
    throw new GatehouseError('bad-input', 'Say where the files go: either --host or --url.', {
      todo: 'See: gatehouse recipient endpoint --help',
    })
  }
  if (url !== undefined) {
    const token = secretIn(options, 'token')
    return {
      kind: 'https',
      url,
      method: text(options, 'method') === 'POST' ? 'POST' : 'PUT',
      signIn:
        token !== undefined
          ? { by: 'token', secret: token }
          : { by: options['keep'] === true ? 'as-before' : 'nothing' },
    }
  }
  return {
    kind: 'sftp',
    host: host ?? '',
    port: text(options, 'port') ?? '',
    user: text(options, 'user') ?? '',
    folder: text(options, 'folder') ?? '',
    hostKey: text(options, 'hostKey') ?? '',
    signIn: sftpSignIn(options),
  }
}

function sftpSignIn(options: Options): (ProposedEndpoint & { kind: 'sftp' })['signIn'] {
  const privateKey = secretIn(options, 'privateKey')
  const password = secretIn(options, 'password')
  if (privateKey !== undefined) return { by: 'private-key', secret: privateKey }
  if (password !== undefined) return { by: 'password', secret: password.replace(/\r?\n$/, '') }
  return { by: options['newKey'] === true ? 'new-key' : 'as-before' }
}

/** A secret comes in a file, so that it stands in no shell's history and in no list of processes. */
function secretIn(options: Options, name: string): string | undefined {
  const file = text(options, name)
  if (file === undefined) return undefined
  try {
    return readFileSync(resolve(file), 'utf8')
  } catch (error) {
    throw new GatehouseError('bad-input', 'The file with the secret can’t be read.', {
      where: file,
      why: (error as NodeJS.ErrnoException).code ?? 'unknown',
    })
  }
}
