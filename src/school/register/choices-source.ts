import type { Tx } from '../../core/store/index.ts'

/** Wordings by id. A choice of another kind than its wording asks for would count for nothing, a no as little as a yes. */
export type WordingHashes = ReadonlyMap<
  string,
  { readonly purpose: string; readonly sha256: string; readonly kind?: string }
>

/** What choices of an import set off: files stopped before they left, and tasks that say whom to ask or tell. */
export interface ChoicesFollowed {
  readonly stopped: number
  readonly recalls: number
}

/** What a file of choices needs beside its rows. */
export interface ChoicesSource {
  /** Wordings that choices may be made on, with their hashes. */
  readonly wordings: WordingHashes
  /**
   * Does what the choices ask for that were just added: theirs are the places in the sequence after the one given. Runs in the
   * import's own transaction, so that no choice stands without what follows from it.
   */
  readonly follow: (tx: Tx, after: number) => Promise<ChoicesFollowed>
}
