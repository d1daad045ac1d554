// Trust policies (C2SP tlog-policy): which logs' keys are believed, and which witnesses must have cosigned.
import { Convicted, parseKey } from './note.mjs'

export function parsePolicy(bytes) {
  // Octets, not characters: names are compared byte for byte.
  const text = Buffer.from(bytes).toString('latin1')
  if (/[^\t\n\x20-\x7e\x80-\xff]/.test(text) || !text.endsWith('\n'))
    throw new Convicted('it is not a policy file')
  const logs = []
  const names = new Map() // witness or group → how many of which it needs
  const members = new Set()
  let quorum
  const define = (name, meaning, line) => {
    if (!name || name === 'none' || names.has(name))
      throw new Convicted(`line ${line}: a name is missing or taken`)
    names.set(name, meaning)
  }
  const key = (vkey, known, line) => {
    const parsed = parseKey(Buffer.from(vkey ?? '', 'latin1').toString('utf8'))
    if (known.some((other) => other.bytes.equals(parsed.bytes)))
      throw new Convicted(`line ${line}: a key stands twice`)
    return parsed
  }
  text
    .slice(0, -1)
    .split('\n')
    .forEach((content, i) => {
      const line = i + 1
      const [word, ...rest] = content.split(/[ \t]+/).filter((part) => part !== '')
      if (word === undefined || word.startsWith('#')) return
      if (word === 'log' && (rest.length === 1 || rest.length === 2)) {
        logs.push(key(rest[0], logs, line))
      } else if (word === 'witness' && (rest.length === 2 || rest.length === 3)) {
        const others = [...names.values()].flatMap((meaning) => meaning.key ?? [])
        define(rest[0], { key: key(rest[1], others, line) }, line)
      } else if (word === 'group' && rest.length >= 3) {
        const [name, rule, ...of] = rest
        for (const member of of) {
          if (!names.has(member) || members.has(member))
            throw new Convicted(`line ${line}: a member is unknown or used twice`)
          members.add(member)
        }
        const need =
          rule === 'all' ? of.length : rule === 'any' ? 1 : /^[1-9][0-9]*$/.test(rule) ? Number(rule) : 0
        if (need < 1 || need > of.length)
          throw new Convicted(`line ${line}: the group needs an impossible number`)
        define(name, { need, of }, line)
      } else if (word === 'quorum' && rest.length === 1) {
        if (quorum !== undefined) throw new Convicted(`line ${line}: there are two quorum lines`)
        if (rest[0] !== 'none' && !names.has(rest[0]))
          throw new Convicted(`line ${line}: the quorum is unknown`)
        quorum = rest[0]
      } else {
        throw new Convicted(`line ${line}: it is not a line of a policy`)
      }
    })
  if (quorum === undefined) throw new Convicted('it has no quorum line')
  const witnesses = [...names.values()].flatMap((meaning) => meaning.key ?? [])
  const holds = (name, signed) => {
    const meaning = names.get(name)
    return meaning.key
      ? signed.has(meaning.key)
      : meaning.of.filter((member) => holds(member, signed)).length >= meaning.need
  }
  return { logs, witnesses, isMet: (signed) => quorum === 'none' || holds(quorum, signed), quorum }
}
