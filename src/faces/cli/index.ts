export type {
  Application,
  CommandSettings,
  DemonstrationLine,
  DemonstrationReport,
  Running,
} from './application.ts'
export { runCommand } from './run-command.ts'
