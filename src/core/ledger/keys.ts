import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  decodeBase64,
  ed25519Signer,
  encodeBase64,
  formatVkey,
  mlDsa44Signer,
  type NoteSigner,
  type NoteVerifier,
} from '../standards/tlog/index.ts'
import { GatehouseError } from '../vocabulary/index.ts'

/**
 * The log's own two keys, both under the origin as their name: Ed25519, which C2SP asks of every log, and ML-DSA-44, which
 * a quantum computer can't forge.
 */
export interface LedgerKeys {
  readonly origin: string
  /** The public keys as others configure them, Ed25519 first. */
  readonly vkeys: readonly [string, string]
  readonly verifiers: readonly [NoteVerifier, NoteVerifier]
  signersAt(instant: Date): readonly [NoteSigner, NoteSigner]
}

const fileName = 'ledger.key'
const seedBytes = 32

/**
 * The log's keys from `folder`, made there on first use (mode 0600). They are the log's identity: back them up, and keep
 * them off the machine that serves the log's files.
 * @throws GatehouseError `misconfigured` when the file is another log's, is damaged, or others may read it.
 */
export function createOrLoadKeys(folder: string, origin: string): LedgerKeys {
  const file = join(folder, fileName)
  const text = readKeys(file) ?? createKeys(folder, file, origin)
  const [, named, ed25519Text = '', mlDsaText = ''] =
    /^gatehouse-ledger-key\/v1\norigin ([^\n]+)\ned25519 ([^\n]+)\nml-dsa-44 ([^\n]+)\n$/.exec(text) ?? []
  const [ed25519Seed, mlDsaSeed] = [decodeBase64(ed25519Text), decodeBase64(mlDsaText)]
  if (ed25519Seed?.length !== seedBytes || mlDsaSeed?.length !== seedBytes) {
    throw wrongKeys(file, 'It is not of the form that Gatehouse writes.')
  }
  if (named !== origin) throw wrongKeys(file, 'It holds the keys of another log.')
  const ed25519 = ed25519Signer(origin, ed25519Seed)
  const mlDsa44 = mlDsa44Signer(origin, mlDsaSeed)
  return {
    origin,
    vkeys: [formatVkey(ed25519.key), formatVkey(mlDsa44.key)],
    verifiers: [ed25519.verifier, mlDsa44.at(new Date(0)).verifier],
    signersAt: (instant) => [ed25519, mlDsa44.at(instant)],
  }
}

function readKeys(file: string): string | undefined {
  try {
    if ((statSync(file).mode & 0o077) !== 0) throw wrongKeys(file, 'Other users of this machine may read it.')
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function createKeys(folder: string, file: string, origin: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const seeds = [randomBytes(seedBytes), randomBytes(seedBytes)].map(encodeBase64)
  const text = `gatehouse-ledger-key/v1\norigin ${origin}\ned25519 ${seeds[0] ?? ''}\nml-dsa-44 ${seeds[1] ?? ''}\n`
  const temporary = `${file}.${process.pid}`
  writeFileSync(temporary, text, { mode: 0o600, flag: 'wx', flush: true })
  try {
    linkSync(temporary, file) // fails when another process was first: then its keys are the log's
    return text
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readKeys(file) ?? text
    throw error
  } finally {
    unlinkSync(temporary)
  }
}

const wrongKeys = (file: string, why: string): GatehouseError =>
  new GatehouseError('misconfigured', 'The ledger’s key file can’t be used.', {
    where: file,
    why,
    todo: 'Put the right file there, readable by its owner alone (chmod 600). A new key would begin a new log.',
  })
