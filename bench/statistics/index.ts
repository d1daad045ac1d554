import type { Measure } from '../import/index.ts'
import { informationLost } from './information-lost.ts'
import { linkedSystem } from './linked-system.ts'

export const run = async (): Promise<readonly Measure[]> => [...(await linkedSystem()), ...informationLost()]
