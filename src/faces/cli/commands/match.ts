import { createReadStream } from 'node:fs'
import type { Command } from 'commander'
import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { openAnalytics } from '../../../core/analytics/index.ts'
import {
  evaluate,
  link,
  probabilityOf,
  readLinkageDefinition,
  type LinkageDefinition,
  type RecordFile,
} from '../../../core/linkage/index.ts'
import { readCsv } from '../../../core/standards/csv/index.ts'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { count, lines, table } from '../answer.ts'
import { does, text, type Runner } from '../define.ts'
import { writeLines } from '../write-lines.ts'
import { defineNationalMatch } from './match-national.ts'

export function defineMatch(match: Command, run: Runner): void {
  defineNationalMatch(match, run)
  const linking = match
    .command('link <a> <b>')
    .description('which records of two files (CSV or Parquet) are one person; nothing is told which are')
    .requiredOption('--config <file>', 'what is compared and how: see docs/reference/linkage.md')
    .requiredOption('--out <file>', 'CSV of the pairs; it names records only')
  does(linking, run, async (_context, options, [a = '', b = '']) => {
    const definition = await readDefinition(text(options, 'config') ?? '')
    return answer(
      definition,
      [await fileOf(a), await fileOf(b)],
      resolve(text(options, 'out') ?? ''),
      'pairs',
    )
  })

  const deduping = match
    .command('dedupe <file>')
    .description('which records of one file are one person')
    .requiredOption('--config <file>', 'what is compared and how: see docs/reference/linkage.md')
    .requiredOption('--out <file>', 'CSV of every record with its person')
  does(deduping, run, async (_context, options, [file = '']) => {
    const definition = await readDefinition(text(options, 'config') ?? '')
    return answer(definition, [await fileOf(file)], resolve(text(options, 'out') ?? ''), 'people')
  })

  const judging = match
    .command('evaluate <clusters>')
    .description('how right clusters are, where the truth is known: both are CSV of record and person')
    .requiredOption('--truth <file>', 'CSV: record, person')
  does(judging, run, async (_context, options, [clusters = '']) => {
    const found = await labelsOf(clusters)
    const truth = await labelsOf(text(options, 'truth') ?? '')
    const missing = [...truth.keys()].filter((record) => !found.has(record)).length
    const strange = [...found.keys()].filter((record) => !truth.has(record)).length
    if (missing + strange > 0)
      throw new GatehouseError('bad-input', 'The two files are not about the same records.', {
        why: `${count(missing, 'record')} of the truth ${missing === 1 ? 'is' : 'are'} not among the clusters, ${String(strange)} the other way round.`,
        todo: 'Give each record once in both files.',
      })
    const records = [...truth.keys()]
    const judged = evaluate(
      records.map((record) => found.get(record)),
      records.map((record) => truth.get(record)),
    )
    const rates = ({ precision, recall, f1 }: { precision: number; recall: number; f1: number }): string[] =>
      [precision, recall, f1].map((each) => each.toFixed(4))
    return {
      json: judged,
      text: lines(
        table([
          ['', 'precision', 'recall', 'F1'],
          ['pairs', ...rates(judged.pairwise)],
          ['records (B-cubed)', ...rates(judged.bCubed)],
        ]),
        `People found exactly: ${(100 * judged.exact.ofTrue).toFixed(1)}% of the true ones. Mixed: ${String(judged.overMerged.people)}; split: ${String(judged.overSplit)}.`,
      ),
    }
  })
}

async function readDefinition(path: string): Promise<LinkageDefinition> {
  const read = readLinkageDefinition(basename(path), await readFile(resolve(path), 'utf8'))
  if (read.ok) return read.value
  const [fault] = read.error
  throw new GatehouseError('bad-input', fault?.message ?? 'The configuration can’t be read.', {
    where: `${basename(path)}, line ${String(fault?.line ?? 1)}`,
    ...(fault ? { todo: fault.todo } : {}),
  })
}

async function fileOf(path: string): Promise<RecordFile> {
  const whole = resolve(path)
  if (!(await stat(whole).catch(() => null))?.isFile())
    throw new GatehouseError('not-found', 'There is no such file.', { where: basename(path) })
  return { path: whole, name: basename(path) }
}

async function answer(
  definition: LinkageDefinition,
  files: readonly [RecordFile] | readonly [RecordFile, RecordFile],
  out: string,
  what: 'pairs' | 'people',
): Promise<{ json: unknown; text: string }> {
  const analytics = await openAnalytics({ folders: files.map(({ path }) => dirname(path)), memory: '4GB' })
  try {
    const { counts, model, edges, people } = await link(analytics, definition, files)
    const names: string[] = []
    for await (const rows of analytics.stream('SELECT id FROM record ORDER BY n'))
      for (const row of rows) names.push(String(row['id']))
    const joined = edges.filter(({ l, r }) => people[l] === people[r])
    if (what === 'pairs')
      await writeLines(
        out,
        ['id_l', 'id_r', 'match_weight', 'match_probability'],
        joined,
        ({ l, r, weight }) => [
          names[l] ?? '',
          names[r] ?? '',
          weight.toFixed(6),
          probabilityOf(weight).toFixed(9),
        ],
      )
    else await writeLines(out, ['record', 'person'], names, (name, n) => [name, names[people[n] ?? n] ?? ''])
    const persons = new Set(people).size
    const unseen = model.comparisons.flatMap(({ name, levels }) =>
      levels.filter(({ seen }) => !seen).map(({ label }) => `${name}: ${label}`),
    )
    return {
      json: {
        records: counts,
        pairs: joined.length,
        people: persons,
        leftOut: edges.length - joined.length,
        unseen,
        model,
      },
      text: lines(
        `${count(names.length, 'record')}: ${count(persons, 'person', 'people')}, ${count(joined.length, 'pair')}.`,
        edges.length > joined.length &&
          `${count(edges.length - joined.length, 'pair')} left out, because a record has one partner at most.`,
        unseen.length > 0 && `Never seen among random pairs, so guessed: ${unseen.join('; ')}.`,
      ),
    }
  } finally {
    analytics.close()
  }
}

/** Record and person of a CSV file: its first two columns, below a heading. */
async function labelsOf(path: string): Promise<ReadonlyMap<string, string>> {
  const file = await fileOf(path)
  const labels = new Map<string, string>()
  let heading = true
  for await (const { cells } of readCsv(createReadStream(file.path))) {
    if (!heading) labels.set(cells[0] ?? '', cells[1] ?? '')
    heading = false
  }
  return labels
}
