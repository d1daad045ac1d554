const sentences = {
  approved: 'You approved this version. It is in force from now on.',
  released: 'The file has been released and is on its way.',
  recorded: 'The choice has been recorded. It counts from now on.',
  stopped:
    'The choice has been recorded. A file that held this child’s data and had not left was stopped; the next one is made without the child.',
  unused:
    'The choice has been recorded. No agreement uses this purpose, so no recipient holds data under it through Gatehouse. What the school itself did under it is to be undone by hand.',
  'approved-published':
    'You approved this version and published the notice that names it. It is in force from now on.',
  'on-record': 'It is on record from now on.',
  'key-made': 'The address is on record. Send the school’s public key, shown below, to the recipient.',
  'template-fits': 'The columns fit the recipient’s template, and that is on record.',
  'account-changed': 'The account was changed.',
  'account-disabled': 'The account is disabled. Its holder is signed out.',
  'password-changed': 'You have a new password.',
  protected: 'The protection is on record. It counts from now on, also for files that are due today.',
  lifted: 'The protection was lifted. It stays on record as past.',
  entered: 'The ledger says now that the recipient has this file.',
  retried: 'The file is on its way once more.',
  published: 'The notice has been published.',
  unchanged: 'The published notice reads like this already. Nothing was changed.',
  closed: 'The task is closed.',
  'signed-out': 'You are signed out.',
  received: 'The file was received and checked. What was found stands below.',
  'received-clean': 'The file was received and checked. Nothing was found wrong with it.',
  'note-written': 'Your note is on record. It stands with what it explains.',
  'note-accepted': 'The note is accepted.',
  'notes-accepted': 'Every note that waited is accepted.',
  'note-rejected': 'The note is rejected, and whoever wrote it can see why.',
  submitted: 'The return is submitted.',
  'return-approved': 'The return is approved. The collector sees to it next.',
  'duplicate-decided': 'What you decided has been recorded. It stays when duplicates are looked for again.',
  'pair-decided': 'The decision is recorded, and holds from now on.',
  'pair-waits': 'The decision is recorded. It waits for a second opinion.',
  'pair-undone': 'The decision is taken back.',
  authorised: 'The return is authorised. Nothing more is to be done with it.',
  'return-rejected': 'The return is rejected, and its source can see why.',
  built: 'The return was built and checked. Nothing has left.',
  explained: 'The note is kept. It goes with the return.',
  'taken-back': 'The note is taken back.',
  'census-signed': 'You signed the return off. It can be sent now.',
  'census-sent': 'The return was released. It is not received yet: how it stands is said below.',
  'census-received': 'The department’s collector has the return and has signed for it.',
  'statistics-signed': 'The version is signed off. It is published at its time.',
  'statistics-access': 'The person is on the list.',
  'statistics-dropped': 'The draft is dropped.',
  'statistics-withdrawn': 'The version is withdrawn. Its number and digest stay.',
  withdrawn: 'The return is withdrawn. It does not count any more.',
} as const

export type Done = keyof typeof sentences

/** The sentence for `?done=…`; a word that isn't ours says nothing, so an address can put no words on a page. */
export const doneSentence = (word: string | undefined): string | null =>
  word !== undefined && Object.hasOwn(sentences, word) ? sentences[word as Done] : null
