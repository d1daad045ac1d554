import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { collectionOf, makeReturn, returnChanges } from '../../../school/returns/index.ts'
import { schoolFor } from '../../index.ts'
import { actingPerson } from '../acting-person.store.ts'
import { count, lines, table, type Answer } from '../answer.ts'
import { text, type CommandContext, type Options } from '../define.ts'
import { exitCodes } from '../exit-code.ts'
import { findingForMachine, findingsInShort } from '../finding-words.ts'
import { nearest } from '../nearest.ts'

const collection = 'school-census'
const terms: Readonly<Record<string, string>> = { autumn: 'AUT', spring: 'SPR', summer: 'SUM' }

export async function buildCensus({ open, settings }: CommandContext, options: Options): Promise<Answer> {
  const term = termNamed(text(options, 'term') ?? '')
  const year = Number(text(options, 'year'))
  const definition = await collectionOf(settings().policyFolder, collection, year, term)
  const gatehouse = await open()
  const at = gatehouse.clock.now()
  const school = schoolFor(gatehouse, await actingPerson(gatehouse, options, 'preview-release'))
  const made = await makeReturn({ school, home: gatehouse.home }, definition, at)
  if (made.kind === 'refused') {
    return {
      json: { refused: made.reasons },
      text: lines(
        'Refused: nothing of it may leave at present.',
        ...made.reasons.map((reason) => `  ${reason.text}`),
      ),
      exit: exitCodes.refused,
    }
  }
  const { built, checked, before } = made
  const file = await outFile(text(options, 'out') ?? '', built.fileName)
  await writeFile(file, built.bytes, { mode: 0o600 })
  const labels = new Map(
    [...(definition.tables.get('previous')?.items.values() ?? [])].map(({ name, label }) => [name, label]),
  )
  const changes = before ? returnChanges(before, checked, labels) : []
  const { onRoll, left } = checked.summary
  return {
    json: {
      file,
      sha256: built.sha256,
      collection,
      year,
      term,
      census: definition.term.census,
      pupils: { onRoll, left },
      leftOut: built.leftOut,
      missing: built.missing,
      unwritable: built.unwritable,
      before: before?.census ?? null,
      changes,
      findings: checked.findings.map((finding) => ({
        ...findingForMachine(finding),
        pupil: finding.pupilId,
        mend: finding.mend,
        explain: finding.explain,
      })),
    },
    text: lines(
      `${definition.term.title}: ${count(onRoll, 'pupil')} on roll, ${left} who have left. ${file}`,
      `SHA-256 ${built.sha256}`,
      ...built.leftOut.map(
        ({ item, codes, pupilIds }) =>
          `  left out  ${item} of ${count(pupilIds.length, 'pupil')}: ${codes.join(', ')}`,
      ),
      built.missing.length > 0 &&
        `  missing   ${count(built.missing.length, 'pupil')} of whom nothing may leave`,
      ...findingsInShort(checked.findings),
      changes.length > 0 &&
        table([
          ['Since the last census', 'then', 'now'],
          ...changes.map(({ label, before: then, now }) => [label, then, now]),
        ]),
      'Nothing has left. The head signs it off with `gatehouse census sign-off`; then `gatehouse census submit`.',
    ),
  }
}

async function outFile(out: string, usual: string): Promise<string> {
  const isFolder = await stat(out).then(
    (found) => found.isDirectory(),
    () => false,
  )
  return isFolder ? join(out, usual) : out
}

function termNamed(word: string): string {
  const term = terms[word.toLowerCase()]
  if (term !== undefined) return term
  throw new GatehouseError('bad-input', 'The census has no such term.', {
    where: '--term',
    todo: nearest(word, Object.keys(terms)),
  })
}
