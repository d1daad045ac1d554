import type { ItemId } from '../../core/vocabulary/index.ts'
import type { LeftOut } from './left-out.ts'

/** A file ready for the egress check. */
export interface Encoded {
  readonly bytes: Uint8Array
  readonly mediaType: string
  readonly extension: string
  /** Contacts for whom the format has no column; absent when there are none. */
  readonly leftOut?: LeftOut
  /** The same as rows of text, for the preview. */
  readonly table: { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] }
}

/** A value that this format can't carry as it is: the file is held, never bent. Ids and codes, never the value. */
export interface Unwritable {
  readonly pupilId: string | null
  readonly item: ItemId | null
  /** The recipient's name of the column, where the format has columns. */
  readonly column: string | null
  readonly why: 'no-code' | 'formula' | 'character' | 'layout'
}
