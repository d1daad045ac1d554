import { parseArgs } from 'node:util'
import type { StoreKind } from './open-place.ts'

export interface EnglandOptions {
  readonly folder: string
  readonly returns: number
  /** No return is begun after so many. */
  readonly minutes: number
  readonly store: StoreKind
  /** Schools of the country, and the most places that one of those that send may have: a smaller one for a test. */
  readonly schools: number
  readonly places: number
  readonly duplicates: boolean
}

/** @throws TypeError for an option that there is none of */
export function readOptions(args: readonly string[], folder = ''): EnglandOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      folder: { type: 'string', default: folder },
      returns: { type: 'string', default: 'Infinity' },
      minutes: { type: 'string', default: 'Infinity' },
      store: { type: 'string', default: 'pglite' },
      schools: { type: 'string', default: '24000' },
      places: { type: 'string', default: 'Infinity' },
      'no-duplicates': { type: 'boolean', default: false },
    },
  })
  const { store } = values
  if (store !== 'pglite' && store !== 'postgres') throw new TypeError('--store is pglite or postgres')
  if (values.folder === '') throw new TypeError('--folder says where the run lies')
  return {
    folder: values.folder,
    returns: Number(values.returns),
    minutes: Number(values.minutes),
    store,
    schools: Number(values.schools),
    places: Number(values.places),
    duplicates: !values['no-duplicates'],
  }
}
