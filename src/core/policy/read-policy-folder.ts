import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { fail, ok, type Agreement, type Recipient, type Result } from '../vocabulary/index.ts'
import { agreementShape } from './agreement-shape.ts'
import { checkAgreement } from './check-agreement.ts'
import { checkConditionAt } from './check-conditions.ts'
import {
  checkItems,
  checkNoticeEntries,
  checkProhibitions,
  checkPropertyNames,
  checkWordings,
} from './check-shared.ts'
import { expandUses } from './expand-populations.ts'
import { readPolicyFile, type PolicyFile } from './policy-file.ts'
import type { Policy, PolicyFault } from './policy.ts'
import { propertiesShape } from './property-shape.ts'
import { readShape } from './read-shape.ts'
import { recipientShape } from './recipient-shape.ts'
import {
  itemsShape,
  lawShape,
  noticeShape,
  populationsShape,
  prohibitionsShape,
  wordingsShape,
} from './shared-shapes.ts'

/**
 * Reads `policy/`, strictly and whole: either everything in it is right, or every fault is told with its file and line.
 * Named conditions are put in their places. Nothing is repaired, nothing is left out.
 * @throws Error of the file system when the folder itself can't be read.
 */
export async function readPolicyFolder(folder: string): Promise<Result<Policy, readonly PolicyFault[]>> {
  const faults: PolicyFault[] = await strangers(folder)
  const one = async <T>(name: string, shape: z.ZodType<T>): Promise<Read<T>> => {
    const file = await load(folder, name)
    const read = readShape(file, shape)
    if (!read.ok) faults.push(...read.error)
    return { file, value: read.ok ? read.value : undefined }
  }
  const each = async <T extends { readonly id: string }>(sub: string, shape: z.ZodType<T>): Promise<Read<T>[]> => {
    const names = (await readdir(join(folder, sub))).filter((name) => name.endsWith('.yaml')).sort()
    const reads = await Promise.all(names.map((name) => one(`${sub}/${name}`, shape)))
    for (const { file, value } of reads) {
      const due = file.name.slice(sub.length + 1, -'.yaml'.length)
      if (value === undefined || value.id === due) continue
      faults.push(
        file.fault(['id'], `The id “${value.id}” is not the file’s name.`, `Write “${due}”, or rename the file.`),
      )
    }
    return reads
  }

  const items = await one('items.yaml', itemsShape)
  const populations = await one('populations.yaml', populationsShape)
  const law = await one('law.yaml', lawShape)
  const wordings = await one('wordings.yaml', wordingsShape)
  const prohibitions = await one('prohibitions.yaml', prohibitionsShape)
  const properties = await one('properties.yaml', propertiesShape)
  const notice = await one('notice.yaml', noticeShape)
  const recipients = await each<Recipient>('recipients', recipientShape)
  const agreements = await each<Agreement>('agreements', agreementShape)

  // A name can be called unknown only when the file that should hold it was read.
  if (
    faults.length > 0 ||
    !items.value ||
    !populations.value ||
    !law.value ||
    !wordings.value ||
    !prohibitions.value ||
    !properties.value ||
    !notice.value
  ) {
    return fail(inOrder(faults))
  }

  const named = new Map(populations.value.map(({ id, when }) => [id, when]))
  const around = {
    items: byId(items.value),
    law: byId(law.value),
    wordings: byId(wordings.value),
    recipients: byId(recipients.flatMap(({ value }) => value ?? [])),
    prohibitions: prohibitions.value.map((prohibition) =>
      prohibition.when.pupil
        ? { ...prohibition, when: { ...prohibition.when, pupil: expandUses(prohibition.when.pupil, named).condition } }
        : prohibition,
    ),
    named,
  }
  const files = new Map(agreements.flatMap(({ file, value }) => (value ? [[value.id, file] as const] : [])))
  faults.push(
    ...checkItems(items.file, around.items),
    ...populations.value.flatMap(({ id, when }) =>
      checkConditionAt(populations.file, [id, 'when'], when, named, around.items),
    ),
    ...checkWordings(wordings.file, wordings.value),
    ...checkProhibitions(prohibitions.file, prohibitions.value, around),
    ...checkPropertyNames(properties.file, properties.value, { ...around, agreements: files }),
    ...checkNoticeEntries(notice.file, notice.value, files),
  )
  // With a prohibition or population that can't be compiled no agreement can: their own faults come first.
  if (faults.every(({ file }) => !sharedFiles.has(file))) {
    faults.push(
      ...agreements.flatMap(({ file, value }) => (value ? checkAgreement(file, value, around) : [])),
    )
  }
  faults.push(...unusedRecipients(recipients, agreements))
  if (faults.length > 0) return fail(inOrder(faults))

  const expand = (agreement: Agreement): Agreement => ({
    ...agreement,
    population: expandUses(agreement.population, named).condition,
  })
  return ok({
    items: around.items,
    populations: new Map([...named].map(([id, when]) => [id, expandUses(when, named).condition])),
    populationLabels: new Map(populations.value.map(({ id, label }) => [id, label])),
    law: around.law,
    prohibitions: around.prohibitions,
    properties: properties.value,
    wordings: around.wordings,
    recipients: around.recipients,
    agreements: byId(agreements.flatMap(({ value }) => (value ? expand(value) : []))),
    notice: notice.value,
  })
}

interface Read<T> {
  readonly file: PolicyFile
  readonly value: T | undefined
}

const sharedFiles = new Set(['items.yaml', 'populations.yaml', 'prohibitions.yaml'])
const known = new Set([...sharedFiles, 'law.yaml', 'wordings.yaml', 'properties.yaml', 'notice.yaml'])

async function load(folder: string, name: string): Promise<PolicyFile> {
  try {
    return readPolicyFile(name, await readFile(join(folder, name), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    const file = readPolicyFile(name, '')
    return { ...file, faults: [file.fault([], 'This file is missing.', 'Add it; policy/README.md says what it holds.')] }
  }
}

/** YAML files that nothing reads: most likely misnamed, and their contents silently without effect. */
async function strangers(folder: string): Promise<PolicyFault[]> {
  const names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name) && !known.has(name))
  const inside = await Promise.all(
    ['recipients', 'agreements'].map(async (sub) =>
      (await readdir(join(folder, sub))).filter((name) => !name.endsWith('.yaml')).map((name) => `${sub}/${name}`),
    ),
  )
  return [...names, ...inside.flat()].map((name) => ({
    file: name,
    line: 1,
    column: 1,
    message: 'This file is not part of the policy: nothing reads it.',
    todo: 'Rename it (recipients/<id>.yaml, agreements/<id>.yaml) or move it away.',
  }))
}

function unusedRecipients(recipients: readonly Read<Recipient>[], agreements: readonly Read<Agreement>[]): PolicyFault[] {
  const used = new Set(agreements.map(({ value }) => value?.recipient))
  return recipients.flatMap(({ file, value }) =>
    value === undefined || used.has(value.id)
      ? []
      : [file.fault(['id'], `No agreement is with the recipient “${value.id}”.`, 'Add one, or remove this file.')],
  )
}

const byId = <T extends { readonly id: string }>(entries: readonly T[]): ReadonlyMap<string, T> =>
  new Map(entries.map((entry) => [entry.id, entry]))

const inOrder = (faults: readonly PolicyFault[]): readonly PolicyFault[] =>
  [...faults].sort(
    (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
  )
