import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import type { Store } from '../core/store/index.ts'
import type { Gatehouse } from '../faces/index.ts'
import { schoolStands } from './found-school.store.ts'
import { playDay, retellDay, type Day } from './day.ts'
import { markPlayed, wasPlayed } from './demonstration-clock.ts'
import { playRecipients, type PlayedRecipients } from './play-recipients.ts'
import { policyOf, prepareSchool, recordStandings, staffMember } from './prepare-school.ts'
import { readSchoolFacts } from './school-facts.ts'

export interface Demonstration {
  readonly store: Store
  readonly home: string
  /** Where delivered files arrive. */
  readonly outbox: string
  readonly policyFolder: string
  readonly at: Date
  readonly writeWorld: (folder: string) => Promise<unknown>
  /** Wires the school over the store, once it stands there. */
  readonly open: (store: Store) => Promise<Gatehouse>
  readonly say: (line: string) => void
}

export interface Played {
  readonly gatehouse: Gatehouse
  /** They go on listening until closed. */
  readonly recipients: PlayedRecipients
  /** Null when the day had been played before: then only the recipients listen again. */
  readonly day: Day | null
  /** What a day played before did, asked of the store again. */
  readonly retell: () => Promise<Day>
  readonly staff: readonly { readonly email: string; readonly role: string }[]
  readonly password: string
}

/**
 * Plays the demonstration's day once in a home: founds the school, then `playDay`. In a home where it was played the
 * recipients are started again and told to the school, and nothing else happens. A day that broke off goes on.
 */
export async function playDemonstration(demonstration: Demonstration): Promise<Played> {
  const { store, home, outbox, policyFolder, at, say } = demonstration
  const files = join(home, 'world')
  if (!existsSync(join(files, 'school.yaml'))) await demonstration.writeWorld(files)
  const facts = await readSchoolFacts(join(files, 'school.yaml'))
  const policy = await policyOf(policyFolder)
  const password = passwordOf(home)
  const ids = facts.standing.map(({ recipientId }) => recipientId)

  const founder = store.school(facts.school.urn, staffMember(facts, 'dpo'))
  if (!(await schoolStands(founder))) {
    say(`${facts.school.name} is founded`)
    await prepareSchool(store, facts, policy, { password, at })
  }
  const gatehouse = await demonstration.open(store)
  const recipients = await playRecipients(home, outbox, ids)
  try {
    const options = { gatehouse, facts, policy, policyFolder, recipients, files, at, say }
    const played = wasPlayed(home)
    if (played) await recordStandings(founder, facts, recipients)
    // Every step of the day may be repeated: a day that broke off goes on where it was.
    const day = played ? null : await playDay(options)
    if (!played) markPlayed(home, at)
    return { gatehouse, recipients, day, retell: () => retellDay(options), staff: facts.staff, password }
  } catch (error) {
    await recipients.close()
    throw error
  }
}

const wordList = [
  'amber',
  'barley',
  'candle',
  'daisy',
  'ember',
  'fern',
  'garnet',
  'hazel',
  'ivory',
  'juniper',
  'kettle',
  'linen',
  'marble',
  'nettle',
  'orchard',
  'pebble',
  'quartz',
  'russet',
  'saddle',
  'thistle',
  'umber',
  'velvet',
  'willow',
  'yarrow',
]

/** The one password of the demonstration's staff, made on first use and kept in the home, readable by its owner alone. */
function passwordOf(home: string): string {
  const file = join(home, 'demonstration-password')
  if (!existsSync(file)) {
    const words = Array.from({ length: 4 }, () => wordList[randomInt(wordList.length)] ?? '')
    mkdirSync(home, { recursive: true, mode: 0o700 })
    writeFileSync(file, `${words.join('-')}-${randomInt(10, 99)}\n`, { mode: 0o600 })
  }
  return readFileSync(file, 'utf8').trim()
}
