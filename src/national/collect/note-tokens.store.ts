import { clockAllowance, tokenLifetime } from '../../core/collections/index.ts'
import type { Tx } from '../../core/store/index.ts'
import type { Source } from './sources.store.ts'

/** How long a token may come after the first time that it came: its clock may have been ahead. */
const keptFor = (tokenLifetime + 2 * clockAllowance) * 1000

/** Marks a token as used. False where it was: whoever sees that did nothing. The source's tokens that nobody would take any more go. */
export async function spendToken(
  tx: Tx,
  { laNumber, source }: Pick<Source, 'laNumber' | 'source'>,
  tokenId: string,
  at: Date,
): Promise<boolean> {
  await tx
    .deleteFrom('note_token')
    .where('la_number', '=', laNumber)
    .where('source', '=', source)
    .where('used_at', '<', new Date(at.getTime() - keptFor))
    .execute()
  const spent = await tx
    .insertInto('note_token')
    .values({ la_number: laNumber, source, token_id: tokenId, used_at: at })
    .onConflict((on) => on.columns(['la_number', 'source', 'token_id']).doNothing())
    .returning('token_id')
    .executeTakeFirst()
  return spent !== undefined
}
