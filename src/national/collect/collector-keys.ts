import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import {
  makeIdentity,
  parseAgeRecipient,
  recipientOf,
  type AgeRecipient,
} from '../../core/standards/age/index.ts'
import { jwsKey, newSeed, type JwsKey } from '../../core/standards/jws/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'

/** The collector's own keys: one opens what is sent to it and what it keeps, one signs its receipts. */
export interface CollectorKeys {
  /** Handed to sources: what they encrypt to. */
  readonly recipient: AgeRecipient
  readonly identity: string
  readonly signing: JwsKey
}

const fileName = 'collector.key'
const form = /^gatehouse-collector-key\/v1\nage (AGE-SECRET-KEY-\S+)\ned25519 ([A-Za-z0-9_-]{43})\n$/

/**
 * The keys in `folder`, made there on first use (mode 0600). What was received can't be opened without them: back them up.
 * @throws GatehouseError `misconfigured` when the file is damaged or others may read it.
 */
export async function createOrLoadCollectorKeys(folder: string): Promise<CollectorKeys> {
  const file = join(folder, fileName)
  const [, identity = '', seed = ''] =
    form.exec((await readKeys(file)) ?? (await createKeys(folder, file))) ?? []
  if (identity === '') throw wrongKeys(file, 'It is not of the form that Gatehouse writes.')
  const recipient = parseAgeRecipient(await recipientOf(identity))
  if (!recipient.ok) throw wrongKeys(file, 'Its key is not one that Gatehouse makes.')
  return { recipient: recipient.value, identity, signing: jwsKey(Buffer.from(seed, 'base64url')) }
}

async function readKeys(file: string): Promise<string | undefined> {
  try {
    if (((await stat(file)).mode & 0o077) !== 0)
      throw wrongKeys(file, 'Other users of this machine may read it.')
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function createKeys(folder: string, file: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { identity } = await makeIdentity('hybrid')
  const text = `gatehouse-collector-key/v1\nage ${identity}\ned25519 ${Buffer.from(newSeed()).toString('base64url')}\n`
  const temporary = `${file}.${String(process.pid)}`
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    await link(temporary, file) // fails when another process was first: then its keys are the collector's
    return text
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return (await readKeys(file)) ?? text
    throw error
  } finally {
    await unlink(temporary)
  }
}

const wrongKeys = (file: string, why: string): GatehouseError =>
  new GatehouseError('misconfigured', 'The collector’s key file can’t be used.', {
    where: file,
    why,
    todo: 'Put the right file there, readable by its owner alone (chmod 600). Without it nothing that was received can be opened.',
  })
