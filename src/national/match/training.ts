// What training needs outside a run: the start model is made with it.
export { readAliases } from './aliases-file.ts'
export { readModelFile } from './model-file.ts'
export { findFresh, openKnown, prepareRecords } from './prepare-records.ts'
export { emptyIncoming, takeIn } from './read-incoming.ts'
export { learn } from './trained-model.ts'
