import { createHash } from 'node:crypto'
import { readSftpEndpoint, type SftpEndpoint } from './endpoint.ts'
import type { FaultPoint, ReleasedPayload } from '../release/index.ts'
import { openSftp, type SftpFault, type SftpSession } from './sftp-session.ts'
import { failed, type DeliveryFault, type Progress, type Sending, type Transport } from './transport.ts'

export interface SftpOptions {
  /** The private key of that name; null when there is none. */
  readonly readKey: (reference: string) => Promise<string | null>
  /** Milliseconds for one try. */
  readonly limit: number
  readonly fault: FaultPoint
}

const words: Readonly<Record<DeliveryFault, string>> = {
  unreachable: 'The server does not answer.',
  'host-key': 'The server showed another host key than the one pinned. Nothing was sent.',
  certificate: 'The server’s certificate is not valid.',
  'sign-in': 'The server does not accept the school’s key.',
  refused: 'The server refused the file.',
  interrupted: 'The connection broke off.',
  'too-slow': 'The server took too long.',
  'other-file': 'A different file of that name lies at the recipient.',
  'wrong-receipt': 'What lies at the recipient is not what was sent.',
  unclear:
    'The upload was finished, but neither the file nor its temporary copy lies there now. Ask the recipient.',
  misconfigured: 'The connection’s settings or key can’t be used.',
}

// Trying again does not help where a person must change something first, or must look.
const final: readonly DeliveryFault[] = ['host-key', 'certificate', 'other-file', 'unclear', 'misconfigured']
const giveUp = (fault: DeliveryFault): Sending => failed(fault, words[fault], !final.includes(fault))

const ofRequest = (fault: SftpFault): DeliveryFault => (fault === 'interrupted' ? 'interrupted' : 'refused')

/**
 * Puts the file under a temporary name, then renames it: the recipient never sees half a file. A try after a crash looks
 * first: the finished file counts as sent; a finished temporary copy is only renamed; when a copy had been finished and
 * both are gone, the recipient may have collected the file, and a person must ask rather than that it leaves twice.
 */
export function sftpTransport(options: SftpOptions): Transport {
  return {
    async send(payload, endpoint, progress) {
      const settings = readSftpEndpoint(endpoint.settings)
      if (!settings.ok) return failed('misconfigured', `${words.misconfigured} (${settings.error})`, false)
      const key = await options.readKey(endpoint.secretReference ?? 'school')
      if (key === null) return giveUp('misconfigured')
      const session = await openSftp(settings.value, key, options.limit)
      if (!session.ok) return giveUp(session.error)
      try {
        return await put(session.value, settings.value, payload, progress, options.fault)
      } finally {
        session.value.close()
      }
    },
  }
}

async function put(
  session: SftpSession,
  endpoint: SftpEndpoint,
  payload: ReleasedPayload,
  progress: Progress,
  fault: FaultPoint,
): Promise<Sending> {
  const folder = endpoint.folder.replace(/\/+$/, '')
  const target = `${folder}/${payload.fileName}`
  const temporary = `${folder}/.${payload.fileName}.part`
  const sent = (how: string): Sending => ({
    kind: 'acknowledged',
    receipt: { how, bytes: payload.body.length, sha256: payload.sha256 },
  })

  const there = await session.size(target)
  if (there.ok) return (await isSame(session, target, payload)) ? sent('already-there') : giveUp('other-file')
  if (there.error !== 'missing') return giveUp(ofRequest(there.error))

  const copy = await session.size(temporary)
  if (!copy.ok && copy.error !== 'missing') return giveUp(ofRequest(copy.error))
  const finished = progress.reached === 'uploaded'
  if (finished && !copy.ok) return giveUp('unclear')
  if (!(finished && copy.ok && (await isSame(session, temporary, payload)))) {
    const written = await session.write(temporary, payload.body)
    if (!written.ok) return giveUp(ofRequest(written.error))
    await fault('deliver:written')
    if (!(await isSame(session, temporary, payload))) return giveUp('interrupted')
    await progress.mark('uploaded')
    await fault('deliver:uploaded')
  }
  const renamed = await session.rename(temporary, target)
  if (!renamed.ok) return giveUp(ofRequest(renamed.error))
  await fault('deliver:renamed')
  return sent('renamed')
}

/** Compares size, and content where the server lets the school read: many drop boxes are write-only. */
async function isSame(session: SftpSession, path: string, payload: ReleasedPayload): Promise<boolean> {
  const size = await session.size(path)
  if (!size.ok || size.value !== payload.body.length) return false
  const body = await session.read(path)
  if (!body.ok) return body.error === 'denied'
  return createHash('sha256').update(body.value).digest('hex') === payload.sha256
}
