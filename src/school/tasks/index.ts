export { closeTask, openTask, type NewTask } from './task.store.ts'
