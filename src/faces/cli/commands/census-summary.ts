import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import {
  buildOfFile,
  newestBuild,
  signOff,
  type StoredBuild,
  type SummaryLine,
} from '../../../school/returns/index.ts'
import { schoolFor } from '../../index.ts'
import { actingPerson, commandActor } from '../acting-person.store.ts'
import { count, lines, table, type Answer } from '../answer.ts'
import type { CommandContext, Options } from '../define.ts'

export async function summariseCensus(
  { open }: CommandContext,
  _options: Options,
  [path = '']: readonly string[],
) {
  const bytes = await readFile(path)
  const gatehouse = await open()
  const school = schoolFor(gatehouse, commandActor())
  const { build, newest } = await school.read(async (tx) => {
    const found = await buildOfFile(tx, createHash('sha256').update(bytes).digest('hex'))
    return { build: found, newest: found && (await newestBuild(tx, found)) }
  })
  if (!build || !newest) {
    throw new GatehouseError('not-found', 'This file was not built here, or was changed since.', {
      where: path,
      todo: 'Build it with `gatehouse census build`.',
    })
  }
  return { json: summaryForMachine(build), text: summaryInWords(build) }
}

const summaryForMachine = (build: StoredBuild) => ({
  collection: build.collection,
  year: build.year,
  term: build.term,
  census: build.census,
  sha256: build.sha256,
  builtAt: build.builtAt,
  builtBy: build.builtBy,
  isNewest: build.isNewest,
  signedOff: build.signedOff,
  summary: build.summary,
  findings: build.findings,
})

function summaryInWords(build: StoredBuild): string {
  const { summary, findings, signedOff } = build
  const part = (heading: string, rows: readonly SummaryLine[]): string =>
    lines(
      '',
      table([
        [heading, 'girls', 'boys', 'all', 'part-time'],
        ...rows
          .filter(({ pupils }) => pupils > 0)
          .map(({ label, female, male, pupils, partTime }) => [label, female, male, pupils, partTime]),
      ]),
    )
  return lines(
    `${build.term} ${build.year}, census day ${build.census}. SHA-256 ${build.sha256}`,
    `${count(summary.onRoll, 'pupil')} on roll, ${summary.left} who have left.`,
    part('Age at 31 August', summary.ages),
    part('Year group', summary.years),
    part('Special educational needs', summary.needs),
    '',
    ...Object.entries(findings).map(
      ([severity, rules]) =>
        `${severity}: ${Object.entries(rules)
          .map(([rule, n]) => `${rule} (${n})`)
          .join(', ')}`,
    ),
    build.isNewest
      ? signedOff
        ? `Signed off by ${signedOff.by}, ${signedOff.at.toISOString()}.`
        : 'Not signed off yet.'
      : 'A newer build has taken its place.',
  )
}

export async function signOffCensus(
  { open }: CommandContext,
  options: Options,
  [path = '']: readonly string[],
): Promise<Answer> {
  const bytes = await readFile(path)
  const gatehouse = await open()
  const person = await actingPerson(gatehouse, options, 'sign-off-return')
  const build = await signOff(schoolFor(gatehouse, person), bytes, gatehouse.clock.now())
  return {
    json: summaryForMachine(build),
    text: `Signed off by ${build.signedOff?.by ?? ''}: SHA-256 ${build.sha256}.`,
  }
}
