import { Hono } from 'hono'
import { readMultipart } from '../../../../core/standards/multipart/index.ts'
import { fail, GatehouseError, type Result } from '../../../../core/vocabulary/index.ts'
import {
  asPerson,
  findReturn,
  receiveReturn,
  type ReceivedReturn,
  type Refusal,
} from '../../../../national/collect/index.ts'
import { spoolUpload, type Spooled } from '../../../../national/collect/show/index.ts'
import {
  checkFormToken,
  nationalSignedIn,
  type CollectorHouse,
  type RequestContext,
  type RequestEnv,
  type SessionHome,
} from '../../../index.ts'
import { asking, nothingSent, showForm, type Faults } from '../../form/form.ts'
import { number } from '../../words/numbers.ts'
import { nationalGuard } from '../guard.ts'
import { roundTitle } from '../round.ts'

const path = '/collect/send'

/** Requests that this page’s route reads as they come: no middleware may read their body first. */
export const isSendPath = (requested: string): boolean => requested === path

/** The largest file that a browser may send. */
const mostBytes = 500 * 2 ** 20
const mostText = 4000

interface Sent {
  readonly file: Result<Spooled, Refusal> | null
  /** What it is called: the name of a results file says what it is of. */
  readonly name: string
  readonly reason: string
}

/** Some browsers send a path: only its last part is a name. */
const baseName = (text: string): string =>
  text.replaceAll('\0', '').split(/[/\\]/).at(-1)?.trim().slice(0, 200) || 'upload'

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body) {
    length += piece.length
    if (length > mostText * 4) throw new GatehouseError('bad-input', 'A field of the form is too long.')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8').replaceAll('\0', '').trim().slice(0, mostText)
}

/** Reads the form as it comes. The token must stand before the file: nothing is written to the disk for anybody else. */
async function readSent(
  { collector }: CollectorHouse,
  c: RequestContext,
  checkToken: (given: string) => void,
): Promise<Sent> {
  const { body } = c.req.raw
  if (!body) throw new GatehouseError('bad-input', 'The form was empty.')
  let trusted = false
  let reason = ''
  let name = ''
  let file: Sent['file'] = null
  try {
    for await (const part of readMultipart(body, c.req.header('content-type') ?? '')) {
      if (part.name === '_csrf') {
        checkToken(await textOf(part.body))
        trusted = true
      } else if (!trusted) checkToken('')
      else if (part.name === 'reason') reason = await textOf(part.body)
      else if (part.name === 'file' && part.fileName !== null && part.fileName !== '' && file === null) {
        name = baseName(part.fileName)
        file = await spoolUpload(collector, part.body, mostBytes)
      }
    }
  } catch (error) {
    if (file?.ok) await file.value.remove()
    throw error
  }
  return { file, name, reason }
}

/** Sending a file: a first one, or one in place of another. */
export function sendRoutes(house: CollectorHouse, home: SessionHome): Hono<RequestEnv> {
  const { collector, clock } = house
  const app = new Hono<RequestEnv>()

  const show = async (c: RequestContext, faults: Faults, reason = ''): Promise<Response> => {
    const { person } = nationalSignedIn(c)
    const replaces = c.req.query('replaces')
    const of =
      replaces === undefined ? null : await asPerson(collector, person).read((tx) => findReturn(tx, replaces))
    const ask = asking(nothingSent, faults)
    return showForm(c, { title: 'Send a file', section: 'send' }, faults, {
      back: of
        ? { href: `/collect/returns/${of.id}`, text: of.sourceName }
        : { href: '/collect', text: 'Home' },
      caption: of ? `${of.sourceName}, ${await roundTitle(collector, of)}` : '',
      heading: of ? 'Send a mended file' : 'Send a file',
      intro: [
        'Choose the file that your system made for the return. It says itself which collection, year and term it is for, and whose it is.',
        'It is checked at once. Nothing is submitted by sending it: you see first what was found.',
        ...(of
          ? [
              `It takes the place of version ${number(of.version)}, which stays on record. Notes that you wrote on that version stand again where the same is found of the same record; what the collector rejected stays rejected.`,
            ]
          : []),
      ],
      fields: [
        ask.file('file', 'The file', {
          hint: `XML, or the CSV of a results collection. At most ${number(mostBytes / 2 ** 20)} MB.`,
        }),
        ask.lines('reason', 'Why it replaces the file that was sent before', {
          hint: of
            ? 'Such as: two dates of birth were corrected'
            : 'Leave it empty when this is the first file',
          start: reason,
        }),
      ],
      action: path + (of ? `?replaces=${of.id}` : ''),
      upload: true,
      button: 'Send the file',
    })
  }

  app.get(path, nationalGuard, (c) => show(c, []))

  app.post(path, nationalGuard, async (c) => {
    const { file, name, reason } = await readSent(house, c, (given) => checkFormToken(c, home, given))
    if (!file) return show(c, [{ field: 'file', text: 'Choose the file of the return' }], reason)
    const received = file.ok ? await takeIn(c, file.value, name, reason) : fail(file.error)
    if (received.ok) {
      const { errors, queries, return: id } = received.value
      return c.redirect(
        `/collect/returns/${id}?done=${errors + queries === 0 ? 'received-clean' : 'received'}`,
        303,
      )
    }
    return show(c, [{ field: fieldOf(received.error), text: refusalWords(received.error) }], reason)
  })

  return app

  async function takeIn(
    c: RequestContext,
    { open, remove }: Spooled,
    name: string,
    reason: string,
  ): Promise<Result<ReceivedReturn, Refusal>> {
    try {
      const { person } = nationalSignedIn(c)
      return await receiveReturn(
        collector,
        person,
        { name, open, ...(reason === '' ? {} : { replaceReason: reason }) },
        clock.now(),
      )
    } finally {
      await remove()
    }
  }
}

const fieldOf = ({ problem }: Refusal): 'file' | 'reason' =>
  problem === 'return-stands' || problem === 'number-in-reason' ? 'reason' : 'file'

const refusalWords = ({ detail, todo, line }: Refusal): string =>
  `${detail}${line === undefined || line <= 1 ? '' : ` It is at line ${number(line)}.`} ${todo}`
