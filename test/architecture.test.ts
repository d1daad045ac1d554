import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, it } from 'node:test'

// The table of who may import whom is written once, in ARCHITECTURE.md, and read from there.
const table = new Map<string, readonly string[]>()
const [, rows = ''] =
  /<!-- imports -->([\s\S]*?)<!-- \/imports -->/.exec(readFileSync('ARCHITECTURE.md', 'utf8')) ?? []
for (const row of rows.matchAll(/^\| `([^`]+)` \| (.*?) \|/gm)) {
  table.set(
    row[1] ?? '',
    [...(row[2] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
  )
}

const files = globSync('src/**/*.ts').sort()
const isTest = (file: string): boolean => file.endsWith('.test.ts') || file.includes('/testing/')
const source = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]))

/** The walled folder that a file lies in: the longest one of the table that begins its path. */
const folderOf = (file: string): string | undefined =>
  [...table.keys()].filter((folder) => file.startsWith(`${folder}/`)).sort((a, b) => b.length - a.length)[0]

/** A folder's door is its index.ts; a shelf of independent parts (standards) has a door a part. */
const isDoor = (folder: string, target: string): boolean =>
  target === `${folder}/index.ts` || (target.endsWith('/index.ts') && dirname(dirname(target)) === folder)

const importsOf = (file: string): string[] =>
  [...(source.get(file) ?? '').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '')

const relative = (file: string, specifier: string): string | undefined =>
  specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : undefined

const production = files.filter((file) => !isTest(file))

describe('architecture', () => {
  it('has a table that names folders which exist, and every folder in src is in it', () => {
    assert.ok(table.size > 10, 'ARCHITECTURE.md has no table between <!-- imports --> marks')
    for (const folder of table.keys())
      assert.ok(existsSync(folder), `${folder} is in the table but not in the tree`)
    const astray = files.filter((file) => file.split('/').length > 2 && !folderOf(file))
    assert.deepEqual(astray, [], 'files in no folder of the table')
  })

  it('imports only what the table allows, through the other folder’s index.ts', () => {
    const wrong: string[] = []
    for (const file of production) {
      const from = folderOf(file)
      if (!from) continue
      const allowed = table.get(from) ?? []
      for (const target of importsOf(file).map((s) => relative(file, s))) {
        if (!target?.startsWith('src/')) {
          if (target !== undefined) wrong.push(`${file} imports ${target}, outside src`)
          continue
        }
        const to = folderOf(target)
        if (to === from) continue
        if (!to || !allowed.includes(to))
          wrong.push(`${file} imports ${to ?? target}, which the table does not allow`)
        else if (!isDoor(to, target)) wrong.push(`${file} imports ${target}: use ${to}/index.ts`)
      }
    }
    assert.deepEqual(wrong, [])
  })

  it('has no cycle between folders', () => {
    const visit = (folder: string, path: readonly string[]): void => {
      assert.ok(!path.includes(folder), `cycle: ${[...path, folder].join(' → ')}`)
      for (const next of table.get(folder) ?? []) visit(next, [...path, folder])
    }
    for (const folder of table.keys()) visit(folder, [])
  })

  it('has no cycle between files', () => {
    const state = new Map<string, 'open' | 'done'>()
    const visit = (file: string, path: readonly string[]): void => {
      if (state.get(file) === 'done') return
      assert.notEqual(state.get(file), 'open', `cycle: ${[...path, file].join(' → ')}`)
      state.set(file, 'open')
      // A type-only import is gone at run time: it makes no cycle.
      const text = (source.get(file) ?? '').replaceAll(/import type [^;]*?from '[^']+'/g, '')
      for (const match of text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)) {
        const target = relative(file, match[1] ?? '')
        if (target && source.has(target)) visit(target, [...path, file])
      }
      state.set(file, 'done')
    }
    for (const file of production) visit(file, [])
  })

  it('writes SQL only in *.store.ts and in the store itself', () => {
    const sql = /\bsql(<[^`]*>)?`|\.(selectFrom|insertInto|updateTable|deleteFrom)\(/
    const wrong = production.filter(
      (file) =>
        !file.endsWith('.store.ts') &&
        !file.startsWith('src/core/store/') &&
        sql.test(source.get(file) ?? ''),
    )
    assert.deepEqual(wrong, [])
  })

  it('keeps each engine and transport in its one home', () => {
    const homes: Record<string, string | readonly string[]> = {
      pg: 'src/core/store/',
      'pg-boss': 'src/core/store/',
      '@electric-sql/pglite': 'src/core/store/',
      'age-encryption': 'src/core/standards/age/',
      saxes: 'src/core/standards/',
      'csv-parse': 'src/core/standards/csv/',
      ssh2: ['src/school/deliver/', 'src/faces/sftp/', 'src/demonstration/sftp-recipient.ts'], // the last plays the other end
      hono: 'src/faces/',
      nunjucks: 'src/faces/pages/',
      commander: 'src/faces/cli/',
    }
    const wrong = production.flatMap((file) =>
      importsOf(file)
        .map((specifier) =>
          Object.keys(homes).find((name) => specifier === name || specifier.startsWith(`${name}/`)),
        )
        .filter(
          (name) => name !== undefined && ![homes[name] ?? ''].flat().some((home) => file.startsWith(home)),
        )
        .map((name) => `${file} imports ${name ?? ''}`),
    )
    assert.deepEqual(wrong, [])
  })

  it('keeps the decision pure: no await, no clock, no store', () => {
    const wrong = production.filter(
      (file) =>
        /^src\/core\/(decide|vocabulary)\//.test(file) &&
        /\bawait\b|\bDate\.now\(|new Date\(\)|from 'node:(fs|net|http)/.test(
          (source.get(file) ?? '').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''),
        ) &&
        !file.endsWith('vocabulary/clock.ts'),
    )
    assert.deepEqual(wrong, [])
  })

  it('lets the stand-alone verifier import nothing of the project', () => {
    const wrong = globSync('verify/*.mjs').filter((file) =>
      /from '\.\.\/|import\('\.\.\//.test(readFileSync(file, 'utf8')),
    )
    assert.deepEqual(wrong, [])
  })

  it('gives every walled folder a README.md and, but for the faces, one door', () => {
    const wrong = [...table.keys()].filter(
      (folder) => !existsSync(`${folder}/README.md`) || !existsSync(`${folder}/index.ts`),
    )
    assert.deepEqual(wrong, [])
  })
})
