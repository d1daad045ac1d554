import type { LeftOut } from '../../../school/release/index.ts'
import { count } from './numbers.ts'

/** "The file has no column for 3 contacts of 2 pupils: …". */
export const leftOutWords = ({ contacts, pupils }: LeftOut): string =>
  `The file has no column for ${count(contacts, 'contact')} of ${count(pupils, 'pupil')}: it takes the first by the priority in the register.`
