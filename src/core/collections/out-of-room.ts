import { GatehouseError } from '../vocabulary/index.ts'

/** What the analytic engine says where neither its memory nor its folder for more has room: its own words, or the disk’s. */
const said = /^Out of Memory Error|No space left on device|max_temp_directory_size/

/** The same as an expected failure; anything else as it is. */
export const outOfRoom = (error: unknown): unknown =>
  error instanceof Error && said.test(error.message)
    ? new GatehouseError(
        'misconfigured',
        'There is no room to check a return of this size. Nothing came of it.',
        {
          todo: 'Make room where temporary files lie (TMPDIR), then check it again.',
        },
      )
    : error
