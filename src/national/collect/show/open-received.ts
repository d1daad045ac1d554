import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { decryptStream } from '../../../core/standards/age/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { asPerson, type Collector, type Person } from '../collector.ts'
import { bodyFile, incomingFolder, returnFolder } from '../return-files.ts'
import { findReturn, type StoredReturn } from '../returns.store.ts'

export interface ReceivedFile {
  readonly of: StoredReturn
  /** The message as its source made it, taken out of the encryption in which it is kept. */
  readonly bytes: AsyncIterable<Uint8Array>
}

/** The file of a return as it was received. @throws GatehouseError `not-found` */
export async function openReceived(collector: Collector, person: Person, id: string): Promise<ReceivedFile> {
  const of = await asPerson(collector, person).read((tx) => findReturn(tx, id))
  const places = [returnFolder(collector.home, of, of.id), incomingFolder(collector.home, of.id)]
  for (const place of places) {
    const file = join(place, bodyFile)
    if (!(await stat(file).catch(() => null))) continue
    const kept = createReadStream(file) as AsyncIterable<Uint8Array>
    return { of, bytes: decryptStream(collector.keys.identity, kept) }
  }
  throw new GatehouseError('not-found', 'The file of this return is not here any more.')
}
