export { openStore, type SchoolStore, type Store, type Tx } from './store.ts'
export { openQueue, waitingJobs, type Queue, type QueueSettings } from './queue.ts'
export type { Database } from './schema.ts'
