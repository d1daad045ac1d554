import type { Tx } from '../../core/store/index.ts'
import { markAdoptedRows } from './adoption.store.ts'
import { applyLeavers, applyPupils, type Joining } from './apply-pupils.store.ts'
import type { ChoicesFollowed, ChoicesSource } from './choices-source.ts'
import { comparePupils, missingPupils, type Comparing } from './compare-pupils.store.ts'
import { applyContacts, compareContacts, missingContacts } from './contact-rows.store.ts'
import type { Target } from './fields.ts'
import type { Counts } from './import-report.ts'
import { matchPupils, refuseIncomplete, type SetFault } from './match-pupils.store.ts'
import { nestedKindOf } from './nested-kinds.ts'
import { applyNested, compareNested, missingNested } from './nested-rows.store.ts'
import { applyConsents, applyProtections, compareConsents, compareProtections } from './office-rows.store.ts'
import { countVerdicts, foldNested } from './report.store.ts'
import { refreshStatistics } from './stage.store.ts'

export interface Staged extends Comparing {
  /** What the rows are about: `pupils` and all that is nested in them, or one target. */
  readonly main: Target
  readonly nested: readonly Target[]
  /** Kinds in which the file is whole for each pupil that it names. */
  readonly whole: readonly Target[]
  readonly joining: Joining | null
  /** Null: the file holds no choices, or nobody gave what they need, and none is taken. */
  readonly choices: ChoicesSource | null
  /** How many rows wait in the staging. */
  readonly stagedRows: number
}

export type KindFault = SetFault & { readonly kind: Target }

export interface Compared {
  readonly faults: readonly KindFault[]
  /** Who or what a whole file no longer has: pupils by id, other rows by number. */
  readonly missing: { readonly pupilIds: readonly string[]; readonly count: number; readonly of: number }
  readonly children: Readonly<Record<string, Counts>>
}

async function compareKind(tx: Tx, staged: Staged, kind: Target): Promise<readonly SetFault[]> {
  const nested = nestedKindOf(kind)
  if (nested) return compareNested(tx, staged.runId, nested)
  if (kind === 'contacts') return compareContacts(tx, staged.runId)
  if (kind === 'protections') return compareProtections(tx, staged.runId)
  if (kind === 'consents') {
    return compareConsents(tx, staged.runId, staged.choices?.wordings ?? new Map())
  }
  const faults = [...(await matchPupils(tx, staged.runId))]
  const given = staged.joining
    ? ['mis_id', 'entry_date', 'enrolment_status']
    : staged.ownRoll
      ? []
      : ['mis_id']
  faults.push(...(await refuseIncomplete(tx, staged.runId, given)))
  await comparePupils(tx, staged)
  return faults
}

async function missingOf(tx: Tx, staged: Staged, kind: Target): Promise<{ missing: number; of: number }> {
  const nested = nestedKindOf(kind)
  if (nested) return missingNested(tx, staged.runId, nested)
  return kind === 'contacts' ? missingContacts(tx, staged.runId) : { missing: 0, of: 0 }
}

/** Compares everything that was staged with the register. Nothing but verdicts is written. */
export async function compareStaged(tx: Tx, staged: Staged): Promise<Compared> {
  const faults: KindFault[] = []
  for (const kind of [staged.main, ...staged.nested]) {
    for (const fault of await compareKind(tx, staged, kind)) faults.push({ ...fault, kind })
    if (kind === staged.main) await refreshStatistics(tx, staged.stagedRows, 'staging')
  }
  if (staged.nested.length > 0) await foldNested(tx, staged.runId)
  const children: Record<string, Counts> = {}
  for (const kind of staged.nested) {
    const { new: fresh, changed, unchanged } = await countVerdicts(tx, staged.runId, kind)
    const left = staged.whole.includes(kind) ? (await missingOf(tx, staged, kind)).missing : 0
    if (fresh + changed + unchanged + left > 0) children[kind] = { new: fresh, changed, left, unchanged }
  }
  if (staged.main === 'pupils') {
    const { pupilIds, onRoll } = await missingPupils(tx, staged)
    return { faults, children, missing: { pupilIds, count: pupilIds.length, of: onRoll } }
  }
  const whole = staged.whole.includes(staged.main)
  const { missing, of } = whole ? await missingOf(tx, staged, staged.main) : { missing: 0, of: 0 }
  return { faults, children, missing: { pupilIds: [], count: missing, of } }
}

/**
 * Writes what comparing found into the register. In the caller's transaction: all of it or nothing. Tells what its choices set
 * off; null when it added none.
 */
export async function applyStaged(
  tx: Tx,
  staged: Staged,
  compared: Compared,
  by: string,
  at: Date,
): Promise<ChoicesFollowed | null> {
  let followed: ChoicesFollowed | null = null
  await refreshStatistics(tx, staged.stagedRows, 'pupils')
  for (const kind of [staged.main, ...staged.nested]) {
    const nested = nestedKindOf(kind)
    const whole = staged.whole.includes(kind)
    if (nested) await applyNested(tx, staged.runId, nested, whole)
    else if (kind === 'contacts') await applyContacts(tx, staged.runId, whole)
    else if (kind === 'protections') await applyProtections(tx, staged.runId, by, at)
    else if (kind === 'consents') {
      if (staged.choices) followed = await applyConsents(tx, staged.runId, by, staged.choices)
    } else {
      await applyPupils(tx, staged.runId, staged.joining)
      await markAdoptedRows(tx, staged.runId, at)
      await applyLeavers(tx, compared.missing.pupilIds, staged.today)
      await refreshStatistics(tx, staged.stagedRows, 'pupils')
    }
  }
  return followed
}
