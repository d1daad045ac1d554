import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openAnalytics } from '../analytics/index.ts'
import type { Transform } from './definition.ts'
import { fieldSql } from './field-sql.ts'

const analytics = await openAnalytics()
after(() => {
  analytics.close()
})

async function of(as: readonly Transform[], value: string): Promise<unknown> {
  const [row] = await analytics.rows(
    `SELECT ${fieldSql({ column: 'it', as })} AS got FROM (SELECT '${value}' AS it)`,
  )
  return row?.['got']
}

test('soundex is the National Archives’', async () => {
  const known = {
    Robert: 'R163',
    Rupert: 'R163',
    Ashcraft: 'A261',
    Tymczak: 'T522',
    Pfister: 'P236',
    Honeyman: 'H555',
    Lee: 'L000',
    Washington: 'W252',
    Jackson: 'J250',
    Gutierrez: 'G362',
  }
  for (const [name, code] of Object.entries(known)) assert.equal(await of(['soundex'], name), code, name)
})

test('dates come as eight digits, postcodes as their district, names as letters; nothing is absent', async () => {
  assert.equal(await of(['date'], '3/2/1990'), '19900203')
  assert.equal(await of(['date'], '1990-02-03'), '19900203')
  assert.equal(await of(['date', 'year'], '19900203'), '1990')
  assert.equal(await of(['postcode-district'], ' sw1a 1aa '), 'SW1A')
  assert.equal(await of(['postcode-district'], 'TF1 5AA'), 'TF1')
  assert.equal(await of(['letters'], 'O”Brien-Siân'), 'obriensian')
  assert.equal(await of(['letters', 'first 3'], 'Smith'), 'smi')
  assert.equal(await of([], '   '), null)
  assert.equal(await of(['digits'], 'none'), null)
})
