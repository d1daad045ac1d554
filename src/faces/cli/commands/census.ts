import { createHash } from 'node:crypto'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { parse, YAMLParseError } from 'yaml'
import { GatehouseError } from '../../../core/vocabulary/index.ts'
import { deliverNow, returnSigningKey } from '../../../school/deliver/index.ts'
import {
  buildOfFile,
  collectionOf,
  makeReturn,
  newestBuild,
  readReturnSettings,
  recordReturnSettings,
  returnChanges,
  signedBuild,
  signOff,
  submissionOf,
  submitReturn,
  validateFile,
  yearsOf,
  type StoredBuild,
  type SummaryLine,
} from '../../../school/returns/index.ts'
import { doorFor, schoolFor } from '../../index.ts'
import { actingPerson, asOption, commandActor } from '../acting-person.store.ts'
import { count, lines, table, type Answer } from '../answer.ts'
import { does, text, type CommandContext, type Options, type Runner } from '../define.ts'
import { exitCodes } from '../exit-code.ts'
import { findingForMachine, findingWords, findingsInShort } from '../finding-words.ts'
import { nearest } from '../nearest.ts'

const collection = 'school-census'
const terms: Readonly<Record<string, string>> = { autumn: 'AUT', spring: 'SPR', summer: 'SUM' }

export function defineCensus(census: Command, run: Runner): void {
  const build = census
    .command('build')
    .description('the return of a term, from the register: a file for this machine; nothing is sent')
    .requiredOption('--term <term>', 'autumn, spring or summer')
    .requiredOption('--year <year>', 'the calendar year of census day')
    .requiredOption('--out <path>', 'the file, or a folder for a file of the usual name')
    .option(...asOption)
  does(build, run, buildCensus)

  const validate = census
    .command('validate')
    .description('check a census file of any school, or all of a folder, against the rules of its term')
    .argument('<path>', 'a file, or a folder of .xml files')
  does(validate, run, ({ settings, progress }, _options, [path = '']) =>
    validateCensus(settings().policyFolder, path, progress),
  )

  const summary = census
    .command('summary')
    .description('what the head signs off: counts of a file that was built here, and what stands against it')
    .argument('<file>', 'the file')
  does(summary, run, summariseCensus)

  const off = census
    .command('sign-off')
    .description(
      'record that the head approves this file, by its hash; a newer build has to be signed off anew',
    )
    .argument('<file>', 'the file')
    .option(...asOption)
  does(off, run, signOffCensus)

  const submit = census
    .command('submit')
    .description('decide it once more, record it in the ledger and send it to the collector (COLLECTOR_URL)')
    .argument('<file>', 'the file that the head signed off')
    .option('--replaces <reason>', 'why it takes the place of a return that stands there')
    .option(...asOption)
  does(submit, run, submitCensus)

  const settingsOf = census
    .command('settings')
    .description('what the census asks of the school and no register holds, from a YAML file')
    .argument('<file>', 'school: {type: "03", …}, pupil: {senUnit: "false", classType: {R: O, …}}')
    .option(...asOption)
  does(settingsOf, run, keepSettings)

  const key = census
    .command('key')
    .description('the public key with which this school signs its returns: for the collector')
  does(key, run, async ({ settings }) => {
    const { publicText } = await returnSigningKey(settings().home)
    return { json: { publicKey: publicText }, text: publicText }
  })
}

async function summariseCensus({ open }: CommandContext, _options: Options, [path = '']: readonly string[]) {
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

async function signOffCensus(
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

async function submitCensus(
  { open, settings }: CommandContext,
  options: Options,
  [path = '']: readonly string[],
): Promise<Answer> {
  const { collectorUrl, policyFolder } = settings()
  const bytes = await readFile(path)
  if (collectorUrl === undefined) {
    throw new GatehouseError('misconfigured', 'No collector’s address is set.', {
      where: 'the environment',
      todo: 'Set COLLECTOR_URL to the collector’s origin, such as https://collect.example',
    })
  }
  const gatehouse = await open()
  const at = gatehouse.clock.now()
  const door = doorFor(gatehouse, await actingPerson(gatehouse, options, 'release'))
  const build = await door.school.read((tx) => signedBuild(tx, bytes))
  const definition = await collectionOf(policyFolder, build.collection, build.year, build.term)
  const replaces = text(options, 'replaces') ?? null
  const outcome = await submitReturn(door, definition, { bytes, collector: collectorUrl, replaces }, at)
  if (outcome.kind !== 'released') {
    const why =
      outcome.kind === 'held'
        ? [outcome.text]
        : outcome.kind === 'refused'
          ? outcome.reasons.map((r) => r.text)
          : []
    return { json: outcome, text: lines('Nothing was sent.', ...why), exit: exitCodes.refused }
  }
  const delivery = await deliverNow(door, outcome.releaseId, { clock: gatehouse.clock })
  await gatehouse.ledger.publish(at)
  const submission = await door.school.read((tx) => submissionOf(tx, outcome.releaseId))
  const arrived = submission?.receipt !== null && submission !== null
  return {
    json: { ...outcome, delivery, submission },
    text: lines(
      `Released: ${outcome.fileName}, ${count(outcome.permittedPupils, 'pupil')}, ledger entry ${outcome.ledgerIndex}.`,
      arrived
        ? `Received by ${submission.collector} as ${submission.returnId ?? ''} (${submission.state ?? ''}).`
        : delivery.kind === 'failed'
          ? `Not received: ${delivery.text}${delivery.again ? ' It is tried again.' : ''}`
          : `It stands as ${submission?.delivery ?? 'unknown'}.`,
    ),
    ...(arrived ? {} : { exit: exitCodes.delivery }),
  }
}

async function keepSettings(
  { open, settings }: CommandContext,
  options: Options,
  [path = '']: readonly string[],
): Promise<Answer> {
  const { policyFolder } = settings()
  const given = yamlOf(await readFile(path, 'utf8'), path)
  const years = await yearsOf(policyFolder, collection)
  // Spring has every item of the school that any term has.
  const definition = await collectionOf(policyFolder, collection, years.at(-1) ?? 0, 'SPR')
  const read = readReturnSettings(given, definition)
  if (!read.ok) {
    throw new GatehouseError('bad-input', 'The settings can’t be used as they are.', {
      where: path,
      why: read.error.join('\n'),
    })
  }
  const gatehouse = await open()
  const school = schoolFor(gatehouse, await actingPerson(gatehouse, options, 'release'))
  await recordReturnSettings(school, collection, read.value, gatehouse.clock.now())
  return { json: read.value, text: 'Kept. The next build says so.' }
}

function yamlOf(body: string, path: string): unknown {
  try {
    return parse(body)
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error
    throw new GatehouseError('bad-input', 'The file is not well-formed YAML.', { where: path })
  }
}

async function buildCensus({ open, settings }: CommandContext, options: Options): Promise<Answer> {
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

async function validateCensus(
  policyFolder: string,
  path: string,
  progress: CommandContext['progress'],
): Promise<Answer> {
  const files = await filesAt(path)
  const bar = files.length > 1 ? progress('Check') : null
  const done: unknown[] = []
  const findings: unknown[] = []
  const words: string[] = []
  let errors = 0
  try {
    for (const file of files) {
      const validated = await validateFile(policyFolder, collection, file)
      if (!validated.ok) {
        const { line, message, todo } = validated.error
        errors++
        findings.push({
          file,
          rule: 'unreadable',
          severity: 'error',
          level: 'return',
          location: `line ${line}`,
          message: `${message} ${todo}`,
          table: null,
          line,
          ordinal: null,
          items: [],
          note: { accepts: 'none', says: todo },
        })
        done.push({ file, readable: false })
        words.push(lines(file, `  can’t be read, line ${line}: ${message} ${todo}`))
      } else {
        const { header, year, term, counts } = validated.value
        const found = validated.value.findings
        const wrong = found.filter(({ severity }) => severity === 'error').length
        errors += wrong
        findings.push(...found.map((finding) => ({ file, ...findingForMachine(finding) })))
        const source = { lea: header['lea'] ?? '', estab: header['estab'] ?? '', urn: header['urn'] ?? '' }
        done.push({
          file,
          readable: true,
          collection,
          year,
          term,
          source,
          counts,
          errors: wrong,
          queries: found.length - wrong,
        })
        words.push(
          lines(
            `${file}: ${term} ${year}, school ${source.lea}${source.estab}, ${count(counts['pupil'] ?? 0, 'pupil')}`,
            ...findingsInShort(found),
            ...(files.length === 1 ? found.slice(0, 200).map(findingWords) : []),
            files.length === 1 &&
              found.length > 200 &&
              `… and ${found.length - 200} more; all of them with --json`,
          ),
        )
      }
      bar?.at(done.length, files.length)
    }
  } finally {
    bar?.end()
  }
  return {
    json: { files: done, findings },
    text: lines(...words),
    ...(errors > 0 ? { exit: exitCodes.refused } : {}),
  }
}

/** The file, or the .xml files of the folder in order. @throws GatehouseError `not-found` for none. */
async function filesAt(path: string): Promise<readonly string[]> {
  const isFolder = (await stat(path)).isDirectory()
  if (!isFolder) return [path]
  const names = (await readdir(path)).filter((name) => name.toLowerCase().endsWith('.xml')).sort()
  if (names.length > 0) return names.map((name) => join(path, name))
  throw new GatehouseError('not-found', 'The folder has no .xml file.', { where: path })
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
