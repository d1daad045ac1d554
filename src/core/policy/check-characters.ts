import { characterRange, takesText, type CsvColumn } from '../vocabulary/index.ts'
import type { PolicyFile } from './policy-file.ts'
import type { PolicyFault } from './policy.ts'

/** What can't be meant in a column's rule about the characters that its recipient takes. */
export function checkCharacters(
  file: PolicyFile,
  { write }: CsvColumn,
  path: readonly (string | number)[],
): readonly PolicyFault[] {
  const faults: PolicyFault[] = []
  const characters = write?.characters ?? []
  characters.forEach((entry, i) => {
    if (characterRange(entry.normalize('NFC'))) return
    faults.push(
      file.fault(
        [...path, 'characters', i],
        `“${entry}” is neither a character nor a range.`,
        'Write one character, or two in the order of Unicode with a hyphen between them: a-z.',
      ),
    )
  })
  if (!write?.transliterate) return faults
  const at = [...path, 'transliterate']
  if (!write.characters) {
    faults.push(
      file.fault(
        at,
        'Letters are replaced in a column that takes every character.',
        'Say under “characters” what it takes, or remove “transliterate”.',
      ),
    )
    return faults
  }
  for (const [letter, text] of Object.entries(write.transliterate.letters)) {
    const where = [...at, 'letters', letter]
    if (Array.from(letter).length !== 1 || letter !== letter.normalize('NFC')) {
      faults.push(file.fault(where, `“${letter}” is not one letter.`, 'Write one composed character a line.'))
    } else if (takesText(characters, letter)) {
      faults.push(file.fault(where, `The recipient takes “${letter}” as it is.`, 'Remove the line.'))
    }
    if (!takesText(characters, text)) {
      faults.push(
        file.fault(where, `“${text}” is not among the characters that it takes.`, 'Write it with those.'),
      )
    }
  }
  return faults
}
