import { sql } from 'kysely'
import { asCollector, receiveReturn, type Collector } from '../../collect/index.ts'
import { asBytes, censusMessage, type MessageOf } from '../../collect/testing/census-message.ts'
import { testTime, theOperator } from '../../collect/testing/test-collector.ts'

export type Pupil = Readonly<Record<string, string>>

/** Sends a census of these pupils and has it accepted, whatever its rules say of it. @returns the return’s id */
export async function authorised(
  collector: Collector,
  urn: string,
  pupils: readonly Pupil[],
  { term = 'AUT', more = {} }: { readonly term?: 'AUT' | 'SPR' | 'SUM'; readonly more?: MessageOf } = {},
): Promise<string> {
  const message = censusMessage({ urn, term, pupils, ...more })
  const received = await receiveReturn(
    collector,
    theOperator,
    { name: `${urn}.xml`, open: asBytes(message), replaceReason: 'again' },
    testTime,
  )
  if (!received.ok) throw new Error(JSON.stringify(received.error))
  const { return: id } = received.value
  await asCollector(collector).write((tx) =>
    sql`update collected_return set state = 'authorised', state_since = ${testTime.toISOString()}::timestamptz where id = ${id}::uuid`.execute(
      tx,
    ),
  )
  return id
}
