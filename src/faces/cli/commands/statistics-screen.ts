import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { createGunzip } from 'node:zlib'
import type { Command } from 'commander'
import { screen, type CheckResult } from '../../../core/standards/ees/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { readStandards } from '../../../national/statistics/standards/index.ts'
import { count, lines, table } from '../answer.ts'
import { does, text, type Runner } from '../define.ts'
import { exitCodes } from '../exit-code.ts'

/** What the metadata file of a data file is called. */
const metaPathOf = (data: string): string => data.replace(/(\.csv)(\.gz)?$/, '.meta.csv')

const outcomes = { pass: 'pass', warn: 'warning', fail: 'FAILURE', 'not-made': 'not made' } as const

export function defineStatisticsScreen(statistics: Command, run: Runner): void {
  const screening = statistics
    .command('screen <data>')
    .description('the public screener’s 83 checks on a data file (CSV, may be gzipped) and its metadata file')
    .option('--meta <file>', 'the metadata file; the data file’s name with .meta.csv when absent')
  does(screening, run, async ({ settings }, options, [given = '']) => {
    const data = resolve(given)
    const meta = resolve(text(options, 'meta') ?? metaPathOf(given))
    for (const path of [data, meta])
      if (!(await stat(path).catch(() => null))?.isFile())
        throw new GatehouseError('not-found', 'There is no such file.', { where: basename(path) })
    const open = (path: string): AsyncIterable<Uint8Array> => {
      const file = createReadStream(path, { highWaterMark: 1 << 20 })
      return path.endsWith('.gz') ? file.pipe(createGunzip()) : file
    }
    const screened = await screen(
      {
        dataName: basename(data),
        metaName: basename(meta),
        openData: () => open(data),
        openMeta: () => open(meta),
      },
      await readStandards(settings().policyFolder),
    )
    const odd = screened.results.filter(({ outcome }) => outcome !== 'pass')
    return {
      json: screened,
      text: lines(
        odd.length > 0 && table(odd.map(lineOf)),
        `${count(screened.rows, 'row')}, ${count(screened.results.length, 'check')}: ${screened.passed ? 'passed' : 'not passed'}${screened.apiSuitable ? ', suitable for the query API' : ''}.`,
      ),
      ...(screened.passed ? {} : { exit: exitCodes.refused }),
    }
  })
}

const lineOf = ({ check, outcome, must, places, found }: CheckResult): readonly (string | number)[] => [
  check,
  outcomes[outcome],
  must,
  [...places.slice(0, 3), found > 3 ? `and ${String(found - 3)} more` : ''].filter(Boolean).join('; '),
]
