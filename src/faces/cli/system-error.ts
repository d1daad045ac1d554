import { GatehouseError } from '../../core/vocabulary/index.ts'

interface SystemError extends Error {
  readonly code: string
  readonly path?: string
  readonly port?: number
}

const isSystemError = (error: unknown): error is SystemError =>
  error instanceof Error && /^E[A-Z0-9]+$/.test((error as { code?: string }).code ?? '') && 'syscall' in error

/**
 * What the machine itself refused, as an expected failure with what to do; undefined for anything else. A path is said, for
 * no file of a home is named after a pupil.
 */
export function fromSystemError(error: unknown): GatehouseError | undefined {
  if (!isSystemError(error)) return undefined
  const where = error.path ?? (error.port === undefined ? undefined : `port ${error.port}`)
  const told = (what: string, todo: string): GatehouseError =>
    new GatehouseError('misconfigured', what, { todo, ...(where === undefined ? {} : { where }) })
  switch (error.code) {
    case 'EADDRINUSE':
      return told(
        'Another program listens on this port already.',
        'Stop it, or set PORT to another number. It may be a Gatehouse that was started before.',
      )
    case 'EACCES':
    case 'EPERM':
      return error.port === undefined
        ? told(
            'This may not be read or written by the user who runs Gatehouse.',
            'Give that user the folder (chown), or set GATEHOUSE_HOME to one that it may write.',
          )
        : told('This user may not listen on that port.', 'Set PORT to a number above 1023.')
    case 'EROFS':
      return told('The disk is read-only.', 'Set GATEHOUSE_HOME to a folder that can be written.')
    case 'ENOSPC':
    case 'EDQUOT':
      return told('The disk is full. What was begun is not done.', 'Make room, then run it again.')
    case 'EFBIG':
      return told(
        'The file may not grow any further.',
        'Lift the limit on file sizes (ulimit -f), then run it again.',
      )
    case 'ENOTDIR':
    case 'EEXIST':
      return told(
        'A file lies where a folder is needed.',
        'Move it away, or set GATEHOUSE_HOME to another folder.',
      )
    case 'EMFILE':
    case 'ENFILE':
      return told('No more files can be opened.', 'Raise the limit on open files (ulimit -n).')
    case 'EIO':
      return told(
        'The disk reports an error.',
        'Stop, see to the disk, and restore the last backup if need be.',
      )
    default:
      return undefined
  }
}
