import { link, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { randomBytes, type KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { jwsKey, newSeed, parsePublicKey, type JwsKey } from '../../core/standards/jws/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'

const signingFile = 'return-signing.key'
const receiptFile = 'collector-receipt.pub'

/**
 * The key with which this school signs the returns that it submits: `home/keys/return-signing.key`, made on first use,
 * readable by its owner alone. The collector has its public half on file.
 * @throws GatehouseError `misconfigured` when the file is damaged or others may read it.
 */
export async function returnSigningKey(home: string): Promise<JwsKey> {
  const folder = join(home, 'keys')
  const file = join(folder, signingFile)
  return (await readSigningKey(file)) ?? (await makeSigningKey(folder, file))
}

async function readSigningKey(file: string): Promise<JwsKey | null> {
  let text: string
  try {
    if (((await stat(file)).mode & 0o077) !== 0) throw wrongKey(file, 'Others may read it.')
    text = (await readFile(file, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  const seed = Buffer.from(text, 'base64url')
  if (seed.length !== 32) throw wrongKey(file, 'It is not of the form that Gatehouse writes.')
  return jwsKey(seed)
}

/** Written whole, then given its name: a crash leaves no half key, and of two makers at once one wins. */
async function makeSigningKey(folder: string, file: string): Promise<JwsKey> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  const seed = Buffer.from(newSeed()).toString('base64url')
  await writeFile(draft, `${seed}\n`, { mode: 0o600, flag: 'wx', flush: true })
  try {
    await link(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
  const key = await readSigningKey(file)
  if (!key) throw wrongKey(file, 'It vanished.')
  return key
}

/** The public key with which the collector signs its receipts, if the school has it: `home/keys/collector-receipt.pub`. */
export async function collectorReceiptKey(home: string): Promise<KeyObject | null> {
  const file = join(home, 'keys', receiptFile)
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null) return null
  const key = parsePublicKey(text.trim())
  if (!key) throw wrongKey(file, 'It is not a public key as collectors hand it out.')
  return key
}

const wrongKey = (file: string, why: string): GatehouseError =>
  new GatehouseError('misconfigured', 'A key of the school’s returns can’t be used.', {
    where: file,
    why,
    todo: 'Put the right file there, readable by its owner alone (chmod 600).',
  })
