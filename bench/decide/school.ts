import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import type { PupilModel } from '../../src/core/decide/testing/pupil-model.ts'
import { bestStanding } from '../../src/core/policy/index.ts'
import { openStore, type SchoolStore, type Store } from '../../src/core/store/index.ts'
import { importDay } from '../../src/demonstration/import-day.ts'
import { policyOf, prepareSchool, staffMember } from '../../src/demonstration/prepare-school.ts'
import { readSchoolFacts } from '../../src/demonstration/school-facts.ts'
import { currentPolicy, takeFacts, type CurrentPolicy } from '../../src/school/agreements/index.ts'
import { writeSchoolWorld } from '../../world/index.ts'

export const at = new Date('2026-11-24T07:30:00Z')

export interface BenchSchool {
  readonly store: Store
  readonly school: SchoolStore
  readonly policy: CurrentPolicy
}

/** The demonstration school as it stands on its day, on the embedded store; every recipient has shown all it must. */
export async function openBenchSchool(): Promise<BenchSchool> {
  const files = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const policyFolder = fileURLToPath(new URL('../../policy/', import.meta.url))
  try {
    await writeSchoolWorld(files)
    const facts = await readSchoolFacts(join(files, 'school.yaml'))
    const policy = await policyOf(policyFolder)
    const store = await openStore({ folder: 'memory' })
    await prepareSchool(store, facts, policy, { password: 'a password of no use', at })
    const school = store.school(facts.school.urn, staffMember(facts, 'office'))
    await importDay(school, { files, policyFolder, wordings: policy.wordings, at, say: () => undefined })
    await store.refreshStatistics()
    const current = await school.read(currentPolicy)
    const standings = new Map(
      [...current.agreements.values()].map(({ agreement }) => [agreement.recipient, bestStanding(agreement)]),
    )
    return { store, school, policy: { ...current, standings } }
  } finally {
    rmSync(files, { recursive: true, force: true })
  }
}

/** Adds copies of every pupil, with contacts, choices and marks, until the school is so many times as big. */
export async function enlarge({ store, school }: BenchSchool, times: number): Promise<void> {
  const copies = sql`generate_series(1, ${times - 1}) as copy`
  const copyId = (id: string) => sql`md5(${sql.ref(id)}::text || copy)::uuid`
  await school.write(async (tx) => {
    const columns = async (table: string): Promise<string[]> =>
      (
        await sql<{ name: string }>`select column_name as name from information_schema.columns
          where table_name = ${table} and is_generated = 'NEVER' and column_name <> 'sequence'`.execute(tx)
      ).rows.map(({ name }) => name)
    const copied = new Set(['id', 'pupil_id', 'contact_id', 'giver_contact_id'])
    const unique = new Set(['mis_id'])
    for (const table of ['pupil', 'contact', 'pupil_contact', 'consent_choice', 'protection']) {
      const names = await columns(table)
      const values = names.map((name) =>
        copied.has(name)
          ? copyId(name)
          : unique.has(name)
            ? sql`${sql.ref(name)} || '/' || copy`
            : name === 'upn'
              ? sql`null`
              : sql.ref(name),
      )
      await sql`insert into ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))})
        select ${sql.join(values)} from ${sql.table(table)}, ${copies}`.execute(tx)
    }
  })
  await store.refreshStatistics()
}

/** Some pupils as the other engines are told of them, every so-manieth of the school. */
export const samplePupils = ({ school }: BenchSchool, every: number): Promise<readonly PupilModel[]> =>
  school.read(async (tx) => {
    const ids = (await tx.selectFrom('pupil').select('id').orderBy('mis_id').execute()).filter(
      (_, i) => i % every === 0,
    )
    const models: PupilModel[] = []
    for (const { id } of ids) {
      const facts = await takeFacts(tx, id, at)
      const contacts = await tx.selectFrom('pupil_contact').selectAll().where('pupil_id', '=', id).execute()
      if (!facts) continue
      const place = (contact: string | null): number =>
        contacts.findIndex((each) => each.contact_id === contact)
      models.push({
        id,
        values: facts.values,
        contacts: contacts.map((each) => ({
          id: each.contact_id,
          parentalResponsibility: each.parental_responsibility,
          courtOrder: each.court_order,
        })),
        choices: facts.choices.map((choice) => ({
          ...choice,
          giver: choice.giver === 'contact' ? place(choice.giverId) : choice.giver,
          method: choice.written ? ('written' as const) : ('spoken-witnessed' as const),
        })),
        marks: facts.marks.map((mark) => ({ ...mark, liftedAt: null, contact: null })),
      })
    }
    return models
  })
