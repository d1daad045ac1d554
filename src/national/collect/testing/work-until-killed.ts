// Run as a process of its own by random-kills.test.ts: goes on from whatever the one before left, says so, then receives the
// returns of the folder together, those that stand with a reason, and looks for duplicates, until it is killed or done.
import { createReadStream, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { openStore } from '../../../core/store/index.ts'
import { findDuplicates, openCollector, operator, receiveMany, resume } from '../index.ts'

const [, , home = '', messages = '', round = ''] = process.argv
const at = new Date('2026-10-20T09:00:00Z')
const person = operator('test')
const store = await openStore({ databaseUrl: process.env['FAULT_DATABASE_URL'], folder: join(home, 'store') })
const collector = await openCollector({
  store,
  home,
  policyFolder: 'policy',
  origin: 'https://collector.example',
})
// Long after: on a server another process might still be reading what it had not accepted.
const { stuck } = await resume(collector, new Date(Date.now() + 72 * 3_600_000))
if (stuck.length > 0) throw new Error(`stuck: ${stuck.join()}`)
process.stdout.write('resumed\n')
if (messages !== '') {
  const deliveries = readdirSync(messages)
    .sort()
    .map((name) => ({
      name,
      open: () => createReadStream(join(messages, name)) as AsyncIterable<Uint8Array>,
      ...(round === '' ? {} : { replaceReason: `Round ${round}` }),
    }))
  for await (const { name, result } of receiveMany(collector, person, deliveries, () => at))
    process.stdout.write(`${name} ${result.ok ? 'taken in' : result.error.problem}\n`)
  await findDuplicates(collector, person, { collection: 'school-census', year: 2026, term: 'AUT' }, at)
}
await store.close()
