import type { Tx } from '../../core/store/index.ts'
import { GatehouseError } from '../../core/vocabulary/index.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * A pupil's id from what was typed: the admission number or the id itself.
 * @throws GatehouseError `not-found` or `conflict`, without repeating what was typed.
 */
export async function findPupil(tx: Tx, named: string): Promise<string> {
  const rows = await tx
    .selectFrom('pupil')
    .select('id')
    .where(uuid.test(named) ? 'id' : 'admission_number', '=', named)
    .execute()
  const [pupil] = rows
  const todo = 'Name the pupil by admission number, or by the id that Gatehouse gave it.'
  if (!pupil) throw new GatehouseError('not-found', 'The register has no such pupil.', { todo })
  if (rows.length > 1)
    throw new GatehouseError('conflict', 'Several pupils have this admission number.', { todo })
  return pupil.id
}
