import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { cast, joinerToCome } from './cast.ts'
import { transferFileName, transferFoot, transferHead, transferPupil } from './ctf-xml.ts'
import type { Transfer } from './ctf-xml.ts'
import { makeFamily } from './family.ts'
import { upnIssuer, withCheckLetter } from './identifiers.ts'
import { origin } from './people.ts'
import type { WorldPupil } from './pupil.ts'
import { seededRandom } from './random.ts'
import { giveResults } from './results.ts'
import { families } from './world.ts'

const here = { la: '894', establishment: '2999' }
const saltbarrow = { la: '893', establishment: '2996', name: 'Saltbarrow Church of England Primary School' }
const foundryOrchard = { la: '336', establishment: '2994', name: 'Foundry Orchard Primary School' }

/** The transfer files that other schools sent: of a pupil who is on roll already, and of one whom the MIS doesn't know yet. */
export function transferFiles(onRoll: WorldPupil, seed: number): { name: string; text: string }[] {
  if (onRoll.misId !== cast.joinerWithTransferFile) throw new Error('not the pupil whose transfer file waits')
  const former: WorldPupil = {
    ...onRoll,
    enrolmentStatus: 'C',
    history: [{ ...saltbarrow, entryDate: '2021-09-02', leavingDate: '2026-11-13', leavingReason: '' }],
  }
  // Her results are known to the school she left only.
  giveResults(seededRandom(`gatehouse/${seed}/former-school`), former)
  return [
    file({ from: saltbarrow, to: here, writtenAt: '2026-11-18T10:15:00' }, former),
    file({ from: foundryOrchard, to: here, writtenAt: '2026-11-20T15:42:00' }, toCome(seed)),
  ]
}

const file = (transfer: Transfer, pupil: WorldPupil) => ({
  name: transferFileName(transfer, 1),
  text: transferHead(transfer) + transferPupil(pupil) + transferFoot,
})

function toCome(seed: number): WorldPupil {
  const making = { upns: upnIssuer(), taken: new Map(), size: new Map() }
  const family = makeFamily(
    seededRandom(`gatehouse/${seed}/to-come`),
    {
      index: 99,
      origin: origin('filipino'),
      shape: 'couple',
      name: { common: joinerToCome.surname, feminine: joinerToCome.surname },
      plain: true,
      children: [{ misId: 0, yearGroup: '3', sex: 'F', ...joinerToCome }],
    },
    making,
  )
  const [pupil] = family.pupils
  if (!pupil) throw new Error('a family without a child')
  return {
    ...pupil,
    upn: withCheckLetter('336299423901'),
    history: [{ ...foundryOrchard, entryDate: '2023-09-04', leavingDate: '2026-11-20', leavingReason: '' }],
  }
}

/** One transfer file with this many pupils, written as a stream; for measuring a reader, no school would send one. */
export async function writeCtfStream(
  path: string,
  pupils: number,
  options: { seed?: number } = {},
): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const transfer: Transfer = { from: saltbarrow, to: here, writtenAt: '2026-11-23T18:00:00' }
  await pipeline(parts(transfer, options.seed ?? 1, pupils), createWriteStream(path))
}

function* parts(transfer: Transfer, seed: number, pupils: number): Generator<string> {
  yield transferHead(transfer)
  let left = pupils
  for (const family of families(seed, Math.max(pupils, 200)))
    for (const pupil of family.pupils) if (left-- > 0) yield transferPupil(pupil)
  yield transferFoot
}
