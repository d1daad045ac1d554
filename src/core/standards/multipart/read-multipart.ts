import { GatehouseError } from '../../vocabulary/index.ts'

/** One field of a form: text, or a file where it has a file’s name. */
export interface FormPart {
  readonly name: string
  /** As the browser gave it, for words only: it is no path. */
  readonly fileName: string | null
  /** Read once, before the next part is asked for; what is left unread is passed over. */
  readonly body: AsyncIterable<Uint8Array>
}

const longestHeader = 16 * 1024

const broken = (what: string): GatehouseError =>
  new GatehouseError('bad-input', what, { todo: 'Load the page again and send the form once more.' })

/**
 * Reads `multipart/form-data` (RFC 7578) as it comes, in the order in which it comes: memory holds a chunk and a boundary,
 * however large a file is.
 * @throws GatehouseError `bad-input` where it is no such form, or was cut off.
 */
export async function* readMultipart(
  bytes: AsyncIterable<Uint8Array>,
  contentType: string,
): AsyncGenerator<FormPart, void, undefined> {
  const delimiter = Buffer.from(`\r\n--${boundaryOf(contentType)}`, 'latin1')
  const source = bytes[Symbol.asyncIterator]()
  // The first boundary stands at the very beginning: with this before it, it looks like every other.
  let buffer: Buffer = Buffer.from('\r\n')
  const more = async (): Promise<void> => {
    const next = await source.next()
    if (next.done === true) throw broken('The form was cut off on its way.')
    buffer = Buffer.concat([buffer, next.value])
  }
  let atDelimiter = false
  /** The next bytes before the delimiter; null once it was reached, and taken away. */
  const piece = async (): Promise<Uint8Array | null> => {
    while (!atDelimiter) {
      const at = buffer.indexOf(delimiter)
      const sure = at === -1 ? buffer.length - delimiter.length + 1 : at
      if (sure > 0) {
        const found = buffer.subarray(0, sure)
        buffer = buffer.subarray(sure)
        return found
      }
      if (at === -1) await more()
      else {
        buffer = buffer.subarray(delimiter.length)
        atDelimiter = true
      }
    }
    return null
  }
  const passOver = async (): Promise<void> => {
    while ((await piece()) !== null);
  }
  try {
    await passOver()
    for (;;) {
      while (buffer.length < 2) await more()
      if (buffer.toString('latin1', 0, 2) === '--') return
      let end: number
      while ((end = buffer.indexOf('\r\n\r\n')) === -1) {
        if (buffer.length > longestHeader) throw broken('The form can’t be read.')
        await more()
      }
      const header = buffer.toString('utf8', 0, end)
      // The blank line’s own break may be the beginning of the delimiter, where the part is empty.
      buffer = buffer.subarray(end + 2)
      atDelimiter = false
      let breakLeft = 2
      yield {
        ...namesOf(header),
        body: (async function* () {
          for (let next = await piece(); next !== null; next = await piece()) {
            const own = next.subarray(breakLeft)
            breakLeft = Math.max(0, breakLeft - next.length)
            if (own.length > 0) yield own
          }
        })(),
      }
      await passOver()
    }
  } finally {
    await source.return?.()
  }
}

function boundaryOf(contentType: string): string {
  const [, quoted, plain] =
    /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s";]{1,70}))/i.exec(
      contentType,
    ) ?? []
  const boundary = quoted ?? plain
  if (boundary === undefined) throw broken('This is no form with a file.')
  return boundary
}

/** Browsers write a quotation mark in a name as %22 (HTML, multipart/form-data encoding). */
function namesOf(header: string): Pick<FormPart, 'name' | 'fileName'> {
  const disposition = header
    .split('\r\n')
    .find((line) => /^content-disposition\s*:\s*form-data\s*;/i.test(line))
  const of = (name: string): string | undefined =>
    new RegExp(`;\\s*${name}="([^"]*)"`, 'i').exec(disposition ?? '')?.[1]?.replaceAll('%22', '"')
  const name = of('name')
  if (name === undefined) throw broken('The form can’t be read.')
  return { name, fileName: of('filename') ?? null }
}
