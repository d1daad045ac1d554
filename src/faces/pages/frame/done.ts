const sentences = {
  approved: 'You approved this version. It is in force from now on.',
  released: 'The file has been released and is on its way.',
  recorded: 'The choice has been recorded. It counts from now on.',
  stopped:
    'The choice has been recorded. A file that held this child’s data and had not left was stopped; the next one is made without the child.',
  unused:
    'The choice has been recorded. No agreement uses this purpose, so no recipient holds data under it through Gatehouse. What the school itself did under it is to be undone by hand.',
  published: 'The notice has been published.',
  unchanged: 'The published notice reads like this already. Nothing was changed.',
  closed: 'The task is closed.',
  'signed-out': 'You are signed out.',
} as const

export type Done = keyof typeof sentences

/** The sentence for `?done=…`; a word that isn't ours says nothing, so an address can put no words on a page. */
export const doneSentence = (word: string | undefined): string | null =>
  word !== undefined && Object.hasOwn(sentences, word) ? sentences[word as Done] : null
