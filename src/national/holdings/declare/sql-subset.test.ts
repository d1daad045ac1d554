import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkSubset } from './sql-subset.ts'

const tables = new Set(['school_census', 'absence'])
const fault = (sql: string): string | null => {
  const checked = checkSubset(sql, tables)
  return checked.ok ? null : checked.error.what
}

describe('the SQL of holdings', () => {
  const sound = [
    'select pmr, count(*) as n from school_census group by pmr',
    "with a as (select pmr from absence), b as (select pmr from a) select * from b left join a on a.pmr = b.pmr where a.pmr in ('x')",
    'select row_number() over (partition by pmr order by n desc) as place from absence',
    "select sum(case when term = 'AUT' then 1 else 0 end) as x from absence having count(*) > 1",
    'select min(x.first) as first, max(x.last) as last from absence as x',
    "select 'avg(x) / 2 -- no' as text from absence",
  ]
  for (const sql of sound) it(`takes ${sql.slice(0, 60)}`, () => assert.equal(fault(sql), null))

  const refused: readonly (readonly [string, string])[] = [
    ['select avg(sess_possible) from absence', 'avg'],
    ['select a / b from absence', '/'],
    ['select first(pmr) from absence', 'first'],
    ['select any_value(pmr) from absence', 'any_value'],
    ['select list(pmr) from absence', 'list'],
    ['select approx_count_distinct(pmr) from absence', 'approx_count_distinct'],
    ['select random() from absence', 'random'],
    ['select 0.1 * n from absence', '0.1'],
    ['select * from identities', 'identities'],
    ["select * from read_parquet('x')", 'read_parquet'],
    ["select * from absence join 'x.parquet' on true", "'x.parquet'"],
    ['select row_number() over (partition by pmr) from absence', 'over'],
    ['select 1; drop table absence', ';'],
    ['select 1 -- from', '--'],
    ['copy absence to x', 'copy'],
    ['select * from absence limit 1', 'limit'],
    ["select * from absence, 'x.parquet'", ','],
    ['select median(n) from absence', 'median'],
  ]
  for (const [sql, what] of refused) it(`refuses ${sql}`, () => assert.equal(fault(sql), what))
})
