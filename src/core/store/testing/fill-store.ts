// One school with at least one row in every table, each with the values that are hard to carry; and a second school.
import { join } from 'node:path'
import { sql } from 'kysely'
import { addSchool } from '../../../../test/support/school.ts'
import {
  addRelease,
  ledgerAt,
  pupilA,
  pupilB,
  testLedger,
  type TestLedger,
} from '../../../../test/support/ledger.ts'
import type { Store } from '../index.ts'

export const urn = '100001'
export const otherUrn = '100002'

/** Quotes, backslashes, each line end of Unicode, a character beyond the first plane, and text that looks like null. */
export const hard = 'O\'Neil "Ní" \\ , {} \t\r\n\u0085\u2028\u2029 𝔊 NULL \u00a0é e\u0301'

/** A row in every table of matching, holdings, statistics and access. */
const nationalStatements = (lit: ReturnType<typeof sql.lit>) => {
  const [one, two] = [
    sql.lit('11111111-1111-4111-8111-111111111111'),
    sql.lit('22222222-2222-4222-8222-222222222222'),
  ]
  const version = sql`'p', 'd', ${one}`
  return [
    sql`insert into match_run values (1, 'returns', now(), ${lit}, 0, '[]', '{"n": 12345678901234567890.120}', '{}')`,
    sql`insert into match_return values (${one}, 1, 2)`,
    sql`insert into match_pair (id, a, b, pmr_a, pmr_b, why, weight, found_in, sides, state)
      values (${one}, ${one}, ${two}, 'P1', 'P2', 'between', -1, 1, '\\x00ff', 'open')`,
    sql`insert into match_decision (pair_id, a, b, verdict, reason, by_name, at, counts, second)
      values (${one}, ${one}, ${two}, 'unsure', ${lit}, 'x', now(), true, false)`,
    sql`insert into match_sealed values ('x', ${lit}, now())`,
    sql`insert into match_change (run, kind, kept, other, identities, cause, evidence, by_name, at)
      values (1, 'merge', 'P1', 'P2', 1, 'returns', '[]', ${lit}, now())`,
    sql`insert into match_change_reader values (${lit}, 9007199254740993)`,
    sql`insert into holdings_edition values (1, 'x', now(), ${lit}, 1, ${lit})`,
    sql`insert into identity_reading values (${one}, now(), ${lit}, 'x', ${lit}, 'd', 2025, 'SPR', '1')`,
    sql`insert into holdings_rating values ('d', 'c', '2026-01-01', 5, 'E', 'default', ${lit}, 'x', now())`,
    sql`insert into holdings_retention values (${one}, 'd', 2025, 'SPR', '1', 'keep', null, ${lit}, 'x', now())`,
    sql`insert into statistic_version (publication, data_set, id, state, about, checks, change, rows, data_sha256, meta_sha256,
        digest, drafted_by, drafted_at)
      values (${version}, 'draft', '{"title": "é"}', '[]', '{}', 9007199254740993, 'x', 'x', 'x', ${lit}, now())`,
    sql`insert into statistic_event values (${version}, 1, 'draft', ${lit}, 'x', null, now())`,
    sql`insert into statistic_early_access values (${version}, 'a@example.org', ${lit}, 'x', now(), 'infinity', 'x', now())`,
    sql`insert into statistic_early_view values (${version}, 'a@example.org', now())`,
    sql`insert into statistic_flag values (${version}, 1, 'merge', now())`,
    sql`insert into access_event values ('o', 'organisation', 1, 'x', '{"é": "1.0"}', ${lit}, 'x', now())`,
    sql`insert into access_document values ('o', 'x', ${lit})`,
    sql`insert into access_extract (organisation, id, application, at, entry_index, manifest, payload)
      values ('o', ${one}, 'a', now(), 1, '{}', '\\x00ff')`,
    sql`insert into access_output (organisation, id, application, at, query, cells, file, sha256)
      values ('o', ${one}, 'a', now(), '{}', '[]', ${lit}, 'x')`,
    sql`insert into access_enquiry values ('o', ${lit}, ${one}, now(), 1, 0, 0, true)`,
  ]
}

/** Fills the store; keys and log go below `home`. */
export async function fillStore(store: Store, home: string): Promise<TestLedger> {
  const school = await addSchool(store, urn)
  await addSchool(store, otherUrn)
  const lit = sql.lit(hard)
  const s = sql.lit(urn)
  const [a, b] = [sql.lit(pupilA), sql.lit(pupilB)]
  const account = sql.lit('aaaaaaaa-1111-4111-8111-111111111111')
  const contact = sql.lit('cccccccc-1111-4111-8111-111111111111')
  const run = sql.lit('dddddddd-1111-4111-8111-111111111111')
  const released = sql.lit('eeeeeeee-1111-4111-8111-111111111111')
  const statements = [
    sql`update school set name = ${lit}, term_dates = '[{"from": "2026-09-01", "n": 12345678901234567890.120, "e": 1e-7}]' where school_urn = ${s}`,
    sql`insert into staff_account (school_urn, id, email, name, role, password_hash, created_at)
      values (${s}, ${account}, 'dpo@example.org', ${lit}, 'dpo', '$argon2id$x', '2026-11-24T07:30:00.123456+01:00')`,
    sql`insert into staff_session (school_urn, token_hash, account_id, csrf, expires_at)
      values (${s}, 'h', ${account}, 'c', 'infinity')`,
    sql`insert into task (school_urn, kind, for_role, title, detail) values (${s}, 'hold', 'office', ${lit}, '{"é": null}')`,
    sql`insert into pupil (school_urn, id, mis_id, surname, forename, date_of_birth, sex, year_group, enrolment_status,
        entry_date, source_digest, allergens, funded_hours, eal)
      select ${s}, p.id::uuid, p.mis, ${lit}, 'Ann', '2020-02-29', 'F', '1', 'C', '2024-09-02', 'x',
        array[${lit}, '', 'NULL', 'nuts, "tree"', '{x}', null], 15.0, null
      from (values (${a}, '1'), (${b}, '2')) as p(id, mis)`,
    sql`insert into pupil (school_urn, mis_id, surname, forename, date_of_birth, sex, year_group, enrolment_status,
        entry_date, source_digest)
      values (${sql.lit(otherUrn)}, '9', 'Other', 'School', '0044-03-15 BC', 'M', '1', 'C', '2024-09-02', 'x')`,
    sql`insert into contact (school_urn, id, mis_id, surname, forename) values (${s}, ${contact}, '7', ${lit}, '')`,
    sql`insert into pupil_contact (school_urn, pupil_id, contact_id, priority, relationship, parental_responsibility)
      values (${s}, ${a}, ${contact}, 1, 'PAM', true)`,
    sql`insert into sen_need (school_urn, pupil_id, rank, sen_type) values (${s}, ${a}, 1, 'SLCN')`,
    sql`insert into fsm_period (school_urn, pupil_id, start_date) values (${s}, ${a}, '2026-09-01')`,
    sql`insert into attendance_code values ('/', 'Present', 'attending', true)`,
    // More rows than one batch takes.
    sql`insert into attendance_mark (school_urn, pupil_id, day, session, code)
      select ${s}, ${a}, date '2020-01-01' + n, 'AM', '/' from generate_series(1, 2500) as n`,
    sql`insert into assessment_result (school_urn, pupil_id, id, stage, subject, method, year, result)
      values (${s}, ${a}, 1, 'KS1', 'ENG', 'TA', '2026', 'EXS')`,
    sql`insert into suspension values (${s}, ${a}, '2026-10-01', 'SUSP', array['DB', ${lit}], 2)`,
    sql`insert into school_history (school_urn, pupil_id, entry_date, la_number, establishment_number, school_name)
      values (${s}, ${a}, '2022-09-01', '894', '2000', ${lit})`,
    sql`insert into protection (school_urn, pupil_id, kind, from_date, recorded_by, ground)
      values (${s}, ${a}, 'objection', '2026-09-01', 'x', ${lit})`,
    sql`insert into import_run (school_urn, id, source, file_name, by) values (${s}, ${run}, 'bromcom', 'a.csv', 'x')`,
    sql`insert into import_row (school_urn, run_id, kind, row, line, body, digest)
      values (${s}, ${run}, 'pupil', 1, 2, ${sql.lit(JSON.stringify({ surname: hard }))}, 'x')`,
    sql`insert into import_verdict (school_urn, run_id, kind, row, verdict, fields)
      values (${s}, ${run}, 'pupil', 1, 'new', array['surname'])`,
    sql`insert into policy_document (school_urn, kind, id, version, hash, body, loaded_by, approved_at, approved_by, superseded_at)
      values (${s}, 'agreement', 'otrack', 1, 'x', '{}', 'x', now(), 'dpo', now()),
        (${s}, 'agreement', 'otrack', 2, 'x', '{"a": [1.0, 2.50]}', 'x', now(), 'dpo', null)`,
    sql`insert into recipient_standing (school_urn, recipient_id, template_header) values (${s}, 'otrack', '{}')`,
    sql`insert into standing_change (school_urn, recipient_id, kind, detail, recorded_at, recorded_by)
      values (${s}, 'otrack', 'contract', '{"é": 1.0}', now(), ${lit})`,
    sql`insert into consent_choice (school_urn, pupil_id, purpose, kind, state, giver, giver_contact_id, wording_id,
        wording_sha256, method, recorded_at, recorded_by)
      select ${s}, ${a}, 'website-photo', 'consent', state, 'contact', ${contact}, 'w', 'x', 'paper', now(), 'x'
      from (values ('given'), ('withdrawn'), ('given'), ('given')) as c(state)`,
    sql`delete from consent_choice where sequence in (2, 4)`,
    sql`insert into notice_version (school_urn, version, sha256, markdown, entries, published_at, published_by)
      values (${s}, 1, 'x', ${lit}, '[]', now(), 'dpo')`,
    sql`insert into release (school_urn, id, agreement_id, agreement_version, agreement_hash, recipient_id, request_key,
        decided_at, released_by, permitted_pupils, withheld_pupils, withheld_reasons, items, format, file_name,
        payload_sha256, payload_bytes, ledger_index)
      values (${s}, ${released}, 'otrack', 1, 'x', 'otrack', 'k', now(), 'x', 1, 0, '{}', '{}', 'csv', 'a.csv', 'x', 1, 0)`,
    // Larger than one batch, and every byte there is.
    sql`insert into payload values (${s}, ${released}, 'text/csv',
      decode(repeat(${sql.lit(Buffer.from(Array.from({ length: 256 }, (_, i) => i)).toString('hex'))}, 6000), 'hex'), 'age')`,
    sql`insert into delivery (school_urn, release_id, transport, state) values (${s}, ${released}, 'sftp', 'sending')`,
    sql`insert into return_setting (school_urn, collection, body, recorded_at, recorded_by)
      values (${s}, 'school-census', '{"school": {"é": "1.0"}, "pupil": {}}', now(), 'x')`,
    sql`insert into return_build (school_urn, id, collection, year, term, census, file_name, sha256, bytes, built_at, built_by,
        measures, summary, findings, left_out, statement)
      values (${s}, ${released}, 'school-census', 2026, 'AUT', '2026-10-01', 'a.xml', 'x', 1, now(), ${lit},
        '{"headcount": 1.0}', '{}', '{}', '{}', ${lit})`,
    sql`insert into return_pupil (school_urn, build_id, ordinal, pupil_id) values (${s}, ${released}, 1, ${a})`,
    sql`insert into return_finding (school_urn, build_id, number, rule, severity, pupil_id, body)
      values (${s}, ${released}, 1, '100', 'query', ${a}, ${JSON.stringify([lit])})`,
    sql`insert into return_explanation (school_urn, collection, year, term, rule, pupil_id, body, written_at, written_by)
      values (${s}, 'school-census', 2026, 'AUT', '100', ${a}, ${lit}, now(), 'x')`,
    sql`insert into return_submission (school_urn, release_id, build_id, collector, replaces)
      values (${s}, ${released}, ${released}, 'https://collect.example', ${lit})`,
    sql`insert into collection_round (collection, year, term, census, opened_at)
      values ('school-census', 2026, 'AUT', '2026-10-01', now())`,
    sql`insert into national_source (la_number, source, kind, name, listed, entered_at, entered_by)
      values ('894', ${s}, 'school', ${lit}, true, now(), 'x')`,
    sql`insert into expected_return (la_number, source, collection, year, term, approver, return_id, versions)
      values ('894', ${s}, 'school-census', 2026, 'AUT', 'authority', ${released}, 1)`,
    sql`insert into collected_return (la_number, source, id, collection, year, term, version, state, state_since, census,
        received_at, received_by, received_as, body_sha256, message_sha256, bytes, file_name, measures)
      values ('894', ${s}, ${released}, 'school-census', 2026, 'AUT', 1, 'submitted', now(), '2026-10-01', now(), 'x', 'source',
        'x', 'x', 9007199254740993, ${lit}, '{"headcount": 1.0}')`,
    sql`insert into collected_finding values ('894', ${s}, ${released}, 1, '1500', 'error', 'pupil', ${lit}, ${lit}, 'pupil', 1, 2,
      array['upn', ${lit}], 'none', ${lit})`,
    sql`insert into return_note (la_number, source, return_id, id, kind, rule, findings, text, author, author_role, written_at)
      values ('894', ${s}, ${released}, ${run}, 'explanation', '1500', '[1]', ${lit}, 'x', 'source', now())`,
    sql`insert into return_event values ('894', ${s}, ${released}, 1, 'submit', 'loaded-and-validated', 'submitted', 'x', 'source',
      ${lit}, now())`,
    sql`insert into duplicate_candidate (la_number, source, return_id, lineage, kind, collection, year, term, group_id, ordinal,
        line, conflict, why, status, found_at)
      values ('894', ${s}, ${released}, 'x', 'same-upn', 'school-census', 2026, 'AUT', ${run}, 1, 2, true, ${lit}, 1, now())`,
    sql`insert into national_account (la_number, source, scope, email, name, created_at)
      values ('', '', 'collector', 'a@example.org', ${lit}, now())`,
    sql`insert into national_session (la_number, source, token_hash, account_id, csrf, created_at, expires_at)
      select la_number, source, 'h', id, 'c', now(), 'infinity' from national_account`,
    sql`insert into note_token values ('894', ${s}, 'x', now())`,
    ...nationalStatements(lit),
    sql`insert into release_gate values (${s}, 9007199254740993) on conflict (school_urn) do update set changes = 9007199254740993`,
  ]
  await store.engine.exclusive(() =>
    store.owner.transaction().execute(async (tx) => {
      for (const statement of statements) await statement.execute(tx)
    }),
  )
  const ledger = testLedger(school, join(home, 'ledger'))
  await addRelease(ledger)
  await addRelease(ledger, 'restricted', new Date('2027-11-24T07:30:00Z'))
  await ledger.ledger.publish(ledgerAt)
  return ledger
}
