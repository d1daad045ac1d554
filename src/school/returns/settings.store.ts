import type { SchoolStore } from '../../core/store/index.ts'
import type { ReturnSettings } from './return-settings.ts'

/** Keeps the school's settings for a collection, in place of those before. */
export const recordReturnSettings = (
  school: SchoolStore,
  collection: string,
  settings: ReturnSettings,
  at: Date,
): Promise<unknown> =>
  school.write((tx) => {
    const body = { body: JSON.stringify(settings), recorded_at: at, recorded_by: school.actor.name }
    return tx
      .insertInto('return_setting')
      .values({ school_urn: school.urn, collection, ...body })
      .onConflict((conflict) => conflict.columns(['school_urn', 'collection']).doUpdateSet(body))
      .execute()
  })
