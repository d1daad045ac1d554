// Whose signatures count: keys that were handed over, else those that the log's own policy file names.
import { Convicted, parseKey } from './note.mjs'
import { parsePolicy } from './policy.mjs'

/**
 * Returns the keys to verify with and `isTrusted`, which throws `Convicted` unless a checkpoint is signed as it must be:
 * by every key known for its log, and by the quorum of witnesses where the policy handed over asks for one.
 */
export async function readTrust(source, options, report, attempt) {
  const pinned = []
  for (const text of options.keys ?? [])
    await attempt(`key ${text.slice(0, 60)}`, () => pinned.push(parseKey(text)))
  const given = options.policy && (await attempt('the policy handed over', () => parsePolicy(options.policy)))
  pinned.push(...(given?.logs ?? []))
  const file = await attempt('policy', () => source?.read('policy'))
  const own = file && (await attempt('policy', () => parsePolicy(file)))
  const isPinned = pinned.length > 0
  if (!isPinned) {
    report.notes.push(
      'The keys were taken from the log itself: this shows that the log is whole, not whose it is. Pass --key to pin a key that you had from elsewhere.',
    )
  }
  const logKeys = [...pinned, ...(own?.logs ?? []).filter((key) => !pinned.some((known) => same(known, key)))]
  return {
    keys: [...logKeys, ...(given?.witnesses ?? [])],
    isTrusted({ origin, signed, unknown }) {
      const required = logKeys.filter((key) => key.name === origin)
      if (isPinned && !pinned.some((key) => key.name === origin)) {
        throw new Convicted(`it is of the log ${origin}, for which no key was handed over`)
      }
      if (required.length === 0) throw new Convicted('there is no key to check its signature with')
      for (const key of required) {
        if (!signed.has(key)) throw new Convicted(`the log’s ${key.type} key ${key.id} did not sign it`)
      }
      if (given && !given.isMet(signed))
        throw new Convicted(`the witnesses that the policy asks for (${given.quorum}) did not cosign it`)
      // The log's own policy names all its keys. Where there is none, a key that was not handed over is no stranger.
      const strangers = own ? unknown.filter(({ name }) => name === origin) : []
      if (strangers.length > 0) {
        throw new Convicted(
          `it has a signature in the log’s own name by a key that is not known (${strangers[0].id})`,
        )
      }
      for (const { name, id } of unknown) {
        const note = `A signature of ${name} (key ${id}) was not checked: its key is not known here.`
        if (!report.notes.includes(note)) report.notes.push(note)
      }
    },
  }
}

const same = (a, b) => a.name === b.name && a.id === b.id && a.bytes.equals(b.bytes)
