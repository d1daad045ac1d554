import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { GatehouseError } from '../../vocabulary/index.ts'
import { readMultipart } from './index.ts'

/** A form as the platform writes it. */
async function encoded(form: FormData): Promise<{ type: string; bytes: Buffer }> {
  const response = new Response(form)
  return {
    type: response.headers.get('content-type') ?? '',
    bytes: Buffer.from(await response.arrayBuffer()),
  }
}

// eslint-disable-next-line @typescript-eslint/require-await
async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(bytes: Buffer, type: string, size: number) {
  const parts: { name: string; fileName: string | null; bytes: Buffer }[] = []
  for await (const { name, fileName, body } of readMultipart(inPieces(bytes, size), type)) {
    const pieces: Uint8Array[] = []
    for await (const piece of body) pieces.push(piece)
    parts.push({ name, fileName, bytes: Buffer.concat(pieces) })
  }
  return parts
}

const oneFile = (body: Uint8Array<ArrayBuffer>): FormData => {
  const form = new FormData()
  form.append('_csrf', 'token')
  form.append('reason', '')
  form.append('file', new Blob([body]), 'a "quoted" name.xml')
  form.append('after', 'ö')
  return form
}

describe('a form with a file', () => {
  it('is read as it was written, in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 400 }),
          // What looks like the beginning of a boundary.
          fc.array(fc.constantFrom('\r', '\n', '\r\n--', '--', 'x')).map((all) => Buffer.from(all.join(''))),
        ),
        fc.integer({ min: 1, max: 100 }),
        async (content, size) => {
          const body = new Uint8Array(content)
          const { type, bytes } = await encoded(oneFile(body))
          const parts = await read(bytes, type, size)
          assert.deepEqual(
            parts.map(({ name, fileName }) => [name, fileName]),
            [
              ['_csrf', null],
              ['reason', null],
              ['file', 'a "quoted" name.xml'],
              ['after', null],
            ],
          )
          assert.deepEqual(parts[2]?.bytes, Buffer.from(body))
          assert.equal(parts[1]?.bytes.length, 0)
          assert.equal(parts[3]?.bytes.toString(), 'ö')
        },
      ),
      { numRuns: 200 },
    )
  })

  it('cut off anywhere is an error, and never a shorter file', async () => {
    const { type, bytes } = await encoded(oneFile(new Uint8Array(Buffer.from('<Message/>'))))
    const whole = bytes.lastIndexOf('--')
    for (let end = 0; end < whole; end += 7)
      await assert.rejects(
        read(bytes.subarray(0, end), type, 16),
        (error) => error instanceof GatehouseError && error.code === 'bad-input',
        String(end),
      )
  })

  it('lets a part be left unread, or half read', async () => {
    const { type, bytes } = await encoded(oneFile(new Uint8Array(50_000)))
    const names: string[] = []
    for await (const { name, body } of readMultipart(inPieces(bytes, 1000), type)) {
      names.push(name)
      if (name !== 'file') continue
      for await (const piece of body) {
        assert.ok(piece.length > 0)
        break
      }
    }
    assert.deepEqual(names, ['_csrf', 'reason', 'file', 'after'])
  })

  it('is not found in what is none', async () => {
    for (const type of ['', 'text/plain', 'multipart/form-data', 'multipart/form-data; boundary='])
      await assert.rejects(read(Buffer.from('--x--'), type, 5), GatehouseError, type)
    await assert.rejects(
      read(Buffer.from(`--x\r\n${'h'.repeat(20_000)}`), 'multipart/form-data; boundary=x', 4096),
      GatehouseError,
    )
    await assert.rejects(
      read(
        Buffer.from('--x\r\nContent-Type: text/plain\r\n\r\n--x--'),
        'multipart/form-data; boundary=x',
        64,
      ),
      GatehouseError,
    )
  })
})
