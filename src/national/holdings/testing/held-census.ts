import { zstdDecompressSync } from 'node:zlib'
import { readFileSync } from 'node:fs'
import { parquetReadObjects } from 'hyparquet'
import { receiveReturn, type Collector } from '../../collect/index.ts'
import { asBytes, censusMessage, upnOf, type MessageOf } from '../../collect/testing/census-message.ts'
import { testTime, theOperator } from '../../collect/testing/test-collector.ts'
import { authoriseAll, rejectAll } from './authorise-all.store.ts'

/** A census return of a school, received and authorised. Pupils begin at number `from`. @returns the return’s id */
export async function holdCensus(
  collector: Collector,
  urn: string,
  pupils: readonly Readonly<Record<string, string | null>>[],
  { from = 1, replace, ...more }: Partial<MessageOf> & { from?: number; replace?: string } = {},
): Promise<string> {
  if (replace !== undefined) await rejectAll(collector, urn)
  const received = await receiveReturn(
    collector,
    theOperator,
    {
      name: `${urn}.xml`,
      open: asBytes(
        censusMessage({
          urn,
          ...more,
          pupils: pupils.map((each, at) => ({ upn: upnOf(from + at), ...each })),
        }),
      ),
      ...(replace === undefined ? {} : { replaceReason: replace }),
    },
    testTime,
  )
  if (!received.ok) throw new Error(`not received: ${JSON.stringify(received.error)}`)
  await authoriseAll(collector)
  return received.value.return
}

/** A Parquet file’s rows, read by code that shares nothing with the engine that wrote it. */
export async function readWithOther(file: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const bytes = readFileSync(file)
  return parquetReadObjects({
    file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    compressors: { ZSTD: (input) => new Uint8Array(zstdDecompressSync(input)) },
  })
}
