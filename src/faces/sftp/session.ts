import ssh2, { type SFTPWrapper } from 'ssh2'
import type { Source } from '../../national/collect/index.ts'
import { beginDrop, outFiles, type Drop, type OutFile } from '../../national/collect/show/index.ts'
import type { CollectorHouse } from '../index.ts'
import { placeOf } from './paths.ts'

const { STATUS_CODE: status, OPEN_MODE: mode } = ssh2.utils.sftp

/** Put before the file it is about: `NAME.reason.txt` says why `NAME` replaces the return that stands. */
const reasonName = /^(.+)\.reason\.txt$/
const longestReason = 2000
const mostReasons = 20
const entriesAtOnce = 100

type Open =
  | {
      readonly kind: 'drop'
      readonly name: string
      readonly drop: Drop
      pending: Promise<unknown>
      failed: boolean
    }
  | { readonly kind: 'reason'; readonly of: string; readonly bytes: Buffer; size: number }
  | { readonly kind: 'file'; readonly bytes: Buffer }
  | { readonly kind: 'folder'; readonly entries: readonly Entry[]; next: number }

interface Entry {
  readonly name: string
  readonly folder: boolean
  readonly at: Date
}

const attributes = ({ folder, at }: Omit<Entry, 'name'>, size?: number) => ({
  mode: folder ? 0o40700 : 0o100600,
  uid: 0,
  gid: 0,
  ...(size === undefined ? {} : { size }),
  atime: Math.floor(at.getTime() / 1000),
  mtime: Math.floor(at.getTime() / 1000),
})

const described = ({ name, folder, at }: Entry) => ({
  filename: name,
  longname: `${folder ? 'drwx------' : '-r--------'} 1 gatehouse gatehouse 0 ${at.toISOString().slice(0, 10)} ${name}`,
  attrs: attributes({ folder, at }) as never,
})

/** Serves one source its two folders. Returns what to call when the connection has ended: files half put are dropped. */
export function serveSession(
  { collector, clock }: CollectorHouse,
  source: Source,
  sftp: SFTPWrapper,
  mostHandles: number,
): () => void {
  const handles = new Map<number, Open>()
  const reasons = new Map<string, string>()
  let next = 0
  let opening = 0
  let ended = false

  const found = (handle: Buffer): Open | undefined =>
    handle.length === 4 ? handles.get(handle.readUInt32BE(0)) : undefined
  /** Answers once; what throws is a failure, and says nothing of why. */
  const attempt = (id: number, work: () => Promise<void> | void): void => {
    void Promise.resolve()
      .then(work)
      .catch(() => {
        if (!ended) sftp.status(id, status.FAILURE)
      })
  }
  const answerWith = (id: number, open: Open): void => {
    if (ended) {
      if (open.kind === 'drop') void open.drop.drop().catch(() => undefined)
      return
    }
    const handle = Buffer.alloc(4)
    handle.writeUInt32BE(next)
    handles.set(next, open)
    next = (next + 1) >>> 0
    sftp.handle(id, handle)
  }
  /** Opens within the bound: what is being opened counts. */
  const openOne = (id: number, make: () => Promise<Open | null>): void => {
    if (handles.size + opening >= mostHandles) {
      sftp.status(id, status.FAILURE, 'Too many files are open.')
      return
    }
    opening++
    attempt(id, async () => {
      try {
        const open = await make()
        if (open) answerWith(id, open)
        else if (!ended) sftp.status(id, status.NO_SUCH_FILE)
      } finally {
        opening--
      }
    })
  }
  const outFile = async (name: string): Promise<OutFile | undefined> =>
    (await outFiles(collector, source)).find((file) => file.name === name)

  sftp.on('OPEN', (id, path, flags) => {
    const place = placeOf(path)
    const writes = (flags & mode.WRITE) !== 0
    const reads = (flags & mode.READ) !== 0
    if (place?.kind === 'in-file' && writes && !reads && (flags & mode.APPEND) === 0) {
      const [, of] = reasonName.exec(place.name) ?? []
      openOne(id, async () =>
        of === undefined
          ? {
              kind: 'drop',
              name: place.name,
              drop: await beginDrop(collector, source, place.name),
              pending: Promise.resolve(),
              failed: false,
            }
          : { kind: 'reason', of, bytes: Buffer.alloc(longestReason), size: 0 },
      )
    } else if (place?.kind === 'out-file' && reads && !writes) {
      openOne(id, async () => {
        const file = await outFile(place.name)
        return file ? { kind: 'file', bytes: await file.read() } : null
      })
    } else sftp.status(id, place ? status.PERMISSION_DENIED : status.NO_SUCH_FILE)
  })

  sftp.on('WRITE', (id, handle, offset, data) => {
    const open = found(handle)
    if (open?.kind === 'reason') {
      const fits = offset + data.length <= longestReason
      if (fits) open.size = Math.max(open.size, offset + data.copy(open.bytes, offset))
      sftp.status(id, fits ? status.OK : status.FAILURE)
    } else if (open?.kind === 'drop') {
      const written = open.drop.write(offset, data)
      open.pending = Promise.all([open.pending, written]).catch(() => (open.failed = true))
      attempt(id, async () => {
        const fits = await written
        if (!ended)
          sftp.status(id, fits ? status.OK : status.FAILURE, fits ? '' : 'It is larger than any return.')
      })
    } else sftp.status(id, status.FAILURE)
  })

  sftp.on('READ', (id, handle, offset, length) => {
    const open = found(handle)
    if (open?.kind !== 'file') sftp.status(id, status.FAILURE)
    else if (offset >= open.bytes.length) sftp.status(id, status.EOF)
    else sftp.data(id, open.bytes.subarray(offset, offset + Math.min(length, 65_536)))
  })

  sftp.on('CLOSE', (id, handle) => {
    const open = found(handle)
    if (!open) {
      sftp.status(id, status.FAILURE)
      return
    }
    handles.delete(handle.readUInt32BE(0))
    if (open.kind === 'reason') {
      if (reasons.size >= mostReasons) reasons.clear()
      reasons.set(open.of, open.bytes.toString('utf8', 0, open.size).trim())
    }
    if (open.kind !== 'drop') {
      sftp.status(id, status.OK)
      return
    }
    attempt(id, async () => {
      await open.pending
      if (open.failed) {
        await open.drop.drop()
        throw new Error('a write that failed')
      }
      const result = await open.drop.finish(reasons.get(open.name) || null, clock.now())
      reasons.delete(open.name)
      if (ended) return
      if (result.ok) sftp.status(id, status.OK)
      else sftp.status(id, status.FAILURE, `${result.error.detail} ${result.error.todo}`)
    })
  })

  const stat = (id: number, path: string): void => {
    const place = placeOf(path)
    const now = clock.now()
    if (place?.kind === 'root' || place?.kind === 'in' || place?.kind === 'out')
      sftp.attrs(id, attributes({ folder: true, at: now }) as never)
    else if (place?.kind === 'out-file')
      attempt(id, async () => {
        const file = await outFile(place.name)
        if (ended) return
        if (file) sftp.attrs(id, attributes({ folder: false, at: file.at }) as never)
        else sftp.status(id, status.NO_SUCH_FILE)
      })
    else sftp.status(id, status.NO_SUCH_FILE)
  }
  sftp.on('STAT', stat)
  sftp.on('LSTAT', stat)
  sftp.on('FSTAT', (id, handle) => {
    const open = found(handle)
    if (!open) sftp.status(id, status.FAILURE)
    else {
      const size = open.kind === 'drop' ? open.drop.size() : open.kind === 'file' ? open.bytes.length : 0
      sftp.attrs(id, attributes({ folder: open.kind === 'folder', at: clock.now() }, size) as never)
    }
  })
  // Clients set times and rights of what they have put; there is nothing to set them on.
  sftp.on('FSETSTAT', (id, handle) => {
    sftp.status(id, found(handle) ? status.OK : status.FAILURE)
  })
  sftp.on('SETSTAT', (id, path) => {
    sftp.status(id, placeOf(path)?.kind === 'in-file' ? status.OK : status.PERMISSION_DENIED)
  })
  sftp.on('REALPATH', (id, path) => {
    const place = placeOf(path)
    if (!place) sftp.status(id, status.NO_SUCH_FILE)
    else sftp.name(id, [{ filename: place.path, longname: '', attrs: {} as never }])
  })
  sftp.on('OPENDIR', (id, path) => {
    const place = placeOf(path)
    if (place?.kind !== 'root' && place?.kind !== 'in' && place?.kind !== 'out') {
      sftp.status(id, place ? status.FAILURE : status.NO_SUCH_FILE)
      return
    }
    openOne(id, async () => ({
      kind: 'folder',
      next: 0,
      entries:
        place.kind === 'root'
          ? ['in', 'out'].map((name) => ({ name, folder: true, at: clock.now() }))
          : place.kind === 'in'
            ? []
            : (await outFiles(collector, source)).map(({ name, at }) => ({ name, folder: false, at })),
    }))
  })
  sftp.on('READDIR', (id, handle) => {
    const open = found(handle)
    if (open?.kind !== 'folder') sftp.status(id, status.FAILURE)
    else if (open.next >= open.entries.length) sftp.status(id, status.EOF)
    else {
      const some = open.entries.slice(open.next, open.next + entriesAtOnce)
      open.next += some.length
      sftp.name(id, some.map(described))
    }
  })
  for (const refused of ['REMOVE', 'RMDIR', 'MKDIR', 'RENAME', 'SYMLINK', 'READLINK'] as const)
    sftp.on(refused, (id: number) => {
      sftp.status(id, status.PERMISSION_DENIED)
    })
  sftp.on('error', () => undefined)
  // OpenSSH’s client waits for the server to close the channel too.
  sftp.once('end', () => {
    sftp.end()
  })

  return () => {
    ended = true
    for (const open of handles.values())
      if (open.kind === 'drop') void open.pending.then(() => open.drop.drop()).catch(() => undefined)
    handles.clear()
  }
}
