import assert from 'node:assert/strict'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import { GatehouseError } from '../vocabulary/index.ts'
import { checkServer } from './check-server.ts'

/** A message of PostgreSQL's protocol: type, length, body. */
const message = (type: string, ...body: Uint8Array[]): Buffer => {
  const whole = Buffer.concat(body)
  const length = Buffer.alloc(4)
  length.writeInt32BE(whole.length + 4)
  return Buffer.concat([Buffer.from(type), length, whole])
}
const int16 = (n: number): Buffer => Buffer.from([n >> 8, n & 255])
const int32 = (n: number): Buffer => Buffer.concat([int16(n >> 16), int16(n & 0xffff)])
const text = (words: string): Buffer => Buffer.from(`${words}\0`)
const ready = message('Z', Buffer.from('I'))

/** Answers as a server of this version would: lets anybody in, and gives the version to whatever is asked. */
const serverOf = (version: string) => (socket: Socket) => {
  socket.on('error', () => undefined)
  socket.once('data', () => {
    socket.write(Buffer.concat([message('R', int32(0)), ready]))
    socket.on('data', (asked) => {
      if (asked.toString('latin1', 0, 1) !== 'Q') return
      const column = [int16(1), text('version'), int32(0), int16(0), int32(23), int16(4), int32(-1), int16(0)]
      const row = [int16(1), int32(version.length), Buffer.from(version)]
      socket.write(
        Buffer.concat([message('T', ...column), message('D', ...row), message('C', text('SELECT 1')), ready]),
      )
    })
  })
}

/** Refuses as a server does, with a message that holds what must not be repeated. */
const refusing = (code: string) => (socket: Socket) => {
  socket.on('error', () => undefined)
  socket.once('data', () => {
    const fields = ['SFATAL', `C${code}`, 'Mpassword "s3cret" of user "ann" is wrong'].map(text)
    socket.end(message('E', ...fields, Buffer.from([0])))
  })
}

async function withServer(
  answer: (socket: Socket) => void,
  work: (url: string) => Promise<void>,
): Promise<void> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await work(`postgres://ann:s3cret@127.0.0.1:${(server.address() as AddressInfo).port}/school`)
  } finally {
    server.close()
  }
}

const errorOf = async (url: string): Promise<GatehouseError> => {
  const error: unknown = await checkServer(url).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof GatehouseError, String(error))
  assert.equal(error.code, 'misconfigured')
  assert.doesNotMatch(error.explain(), /s3cret|ann/)
  assert.ok(error.todo)
  return error
}

describe('the database server', () => {
  it('may be PostgreSQL 15 or later and nothing older', async () => {
    await withServer(serverOf('150000'), checkServer)
    await withServer(serverOf('180001'), checkServer)
    await withServer(serverOf('140012'), async (url) => {
      assert.match((await errorOf(url)).explain(), /needs PostgreSQL 15 or later[\s\S]*is PostgreSQL 14\./)
    })
  })

  it('that can’t be reached is told in plain words, without the password', async () => {
    await withServer(refusing('28P01'), async (url) => {
      assert.match((await errorOf(url)).why ?? '', /user’s password/)
    })
    await withServer(refusing('3D000'), async (url) => {
      assert.match((await errorOf(url)).why ?? '', /no database of that name/)
    })
    await withServer(
      (socket) => socket.destroy(),
      async (url) => {
        assert.ok((await errorOf(url)).why)
      },
    )
    assert.match((await errorOf('postgres://ann:s3cret@127.0.0.1:1/x')).why ?? '', /Nothing listens/)
    assert.match((await errorOf('postgres://ann:s3cret@nosuch.invalid/x')).why ?? '', /name/)
  })
})
