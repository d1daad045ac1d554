import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { Command } from 'commander'
import { addSchool } from '../../../../test/support/school.ts'
import { openTestStore } from '../../../../test/support/store.ts'
import { dropVoidReturns } from '../../../school/returns/index.ts'
import { setStaffAccount, type Gatehouse } from '../../index.ts'
import type { Answer } from '../answer.ts'
import type { CommandContext, Runner } from '../define.ts'
import { defineSever } from './sever.ts'

const urn = '123457'
const home = await mkdtemp(join(tmpdir(), 'gatehouse-sever-'))
after(() => rm(home, { recursive: true }))
const store = await openTestStore()
const school = await addSchool(store, urn)
let published = 0
const gatehouse = {
  store,
  urn,
  home,
  clock: { now: () => new Date('2026-11-24T07:30:00Z') },
  ledger: { publish: () => Promise.resolve(published++) },
} as unknown as Gatehouse

/** Runs the command as it stands, against the store of this test. */
async function sever(...args: string[]): Promise<Answer> {
  let answer: Answer | undefined
  const run: Runner = async (act) => {
    answer = await act({ open: () => Promise.resolve(gatehouse) } as unknown as CommandContext)
  }
  const command = new Command('sever').argument('<pupil>')
  defineSever(command, run)
  await command.parseAsync(args, { from: 'user' })
  assert.ok(answer)
  return answer
}

describe('gatehouse sever', () => {
  it('asks what becomes of the MIS’s id, takes the role from the account, and severs', async () => {
    for (const role of ['head', 'office'] as const) {
      await setStaffAccount(school, {
        email: `${role}@example.org`,
        name: role,
        role,
        password: 'a long enough one',
      })
    }
    const id = randomUUID()
    await school.write((tx) =>
      tx
        .insertInto('pupil')
        .values({
          school_urn: urn,
          id,
          mis_id: 'old',
          admission_number: '001',
          surname: 'Secretname',
          forename: 'Ann',
          date_of_birth: '2018-02-03',
          sex: 'F',
          year_group: '3',
          enrolment_status: 'C',
          entry_date: '2022-09-01',
          adopted: true,
          source_digest: 'x',
        })
        .execute(),
    )
    const head = ['--as', 'head@example.org']
    await assert.rejects(sever('001', ...head), { code: 'bad-input' })
    await assert.rejects(sever('001', '--mis-id-stays', '--new-mis-id', 'x', ...head), { code: 'bad-input' })
    await assert.rejects(sever('001', '--mis-id-stays', '--as', 'office@example.org'), {
      code: 'not-allowed',
    })
    await assert.rejects(sever('001', '--mis-id-stays'), { code: 'not-allowed' })
    assert.equal(published, 0)

    // Two returns that were built: the pupil stands in one of them.
    await mkdir(join(home, 'returns'))
    const fileOf = (sha256: string): string => join(home, 'returns', `${sha256}.xml`)
    const [holding, other] = ['a', 'b'].map((letter) => letter.repeat(64)) as [string, string]
    for (const [sha256, onRoll] of [
      [holding, 1],
      [other, 0],
    ] as const) {
      await writeFile(fileOf(sha256), 'x')
      const buildId = randomUUID()
      await school.write(async (tx) => {
        await tx
          .insertInto('return_build')
          .values({
            school_urn: urn,
            id: buildId,
            collection: 'school-census',
            year: 2026,
            term: 'AUT',
            census: '2026-10-01',
            file_name: 'x.xml',
            sha256,
            bytes: 1,
            built_at: new Date('2026-11-24T07:00:00Z'),
            built_by: 'office',
            measures: '{}',
            summary: JSON.stringify({ onRoll, left: 0 }),
            findings: '{}',
            left_out: '{}',
            contents: '{}',
            omitted: '{}',
          })
          .execute()
        if (onRoll > 0)
          await tx
            .insertInto('return_pupil')
            .values({ school_urn: urn, build_id: buildId, ordinal: 1, pupil_id: id })
            .execute()
      })
    }
    await dropVoidReturns({ school, home })
    await access(fileOf(holding))

    const { json, text } = await sever('001', '--new-mis-id', 'new', ...head)
    await assert.rejects(access(fileOf(holding)), { code: 'ENOENT' })
    await access(fileOf(other))
    assert.ok(!text.includes('Secretname'))
    assert.equal(published, 1)
    const pupil = await school.read((tx) =>
      tx.selectFrom('pupil').select(['id', 'mis_id']).executeTakeFirst(),
    )
    assert.deepEqual(pupil, { id: (json as { pupilId: string }).pupilId, mis_id: 'new' })
    assert.notEqual(pupil.id, id)
  })
})
