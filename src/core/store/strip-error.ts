import { GatehouseError } from '../vocabulary/index.ts'

interface DatabaseErrorLike {
  readonly code: string
  readonly table?: string
  readonly constraint?: string
}

const isDatabaseError = (error: unknown): error is DatabaseErrorLike =>
  typeof error === 'object' &&
  error !== null &&
  typeof (error as { code?: unknown }).code === 'string' &&
  /^[0-9A-Z]{5}$/.test((error as { code: string }).code)

/** True when the transaction lost a race and may simply be run again (serialization failure, deadlock). */
export const isRetryable = (error: unknown): boolean =>
  isDatabaseError(error) && (error.code === '40001' || error.code === '40P01')

/**
 * What may leave the store of a database's error: SQLSTATE, table and constraint. The driver's message, `detail`, `where`,
 * parameters and cause are dropped, for they repeat row values ("Key (upn)=(…) already exists").
 */
export function stripError(error: unknown): unknown {
  if (!isDatabaseError(error)) return error
  const where = [error.table, error.constraint].filter(Boolean).join(', ') || 'the store'
  switch (error.code) {
    case '23505':
      return new GatehouseError('conflict', 'The same record exists already.', {
        where,
        todo: 'Load it again and look at what is there.',
      })
    case '23503':
      return new GatehouseError(
        'conflict',
        'A record that this one points at does not exist, or is still pointed at.',
        { where },
      )
    case '23514':
    case '23502':
      return new GatehouseError('bad-input', 'A value is missing or not allowed.', { where })
    case '42501':
      return new GatehouseError('not-allowed', 'The store does not allow this.', { where })
    case 'GH001':
      return new GatehouseError('conflict', 'An approved version can’t be changed; make a new version.', {
        where,
      })
    case '53100':
      return new GatehouseError(
        'store-failed',
        'The disk that holds the store is full. Nothing was recorded.',
        {
          where,
          todo: 'Make room on the disk, then do it again.',
        },
      )
    case '25006':
      return new GatehouseError('store-failed', 'The database takes no changes: it is read-only.', {
        where,
        todo: 'Name the primary server in DATABASE_URL, not a replica.',
      })
    case '57P01':
    case '57P03':
      return new GatehouseError('store-failed', 'The database server is shutting down or starting.', {
        where,
        todo: 'Wait until it runs, then do it again.',
      })
    default:
      return new GatehouseError('store-failed', 'The database refused.', {
        where,
        why: `SQLSTATE ${error.code}`,
      })
  }
}
