import { runCommand, type Application } from './faces/cli/index.ts'
import { readSettings } from './settings.ts'

// Loaded by the first command that needs them: `--help` and `policy check` start no store, no server and no transport.
const gatehouse = () => import('./run-gatehouse.ts')
const world = () => import('../world/index.ts')

const application: Application = {
  settings: () => readSettings(process.env),
  open: async (settings) => (await gatehouse()).open(settings),
  close: async (opened) => (await gatehouse()).close(opened),
  openStore: async (settings) => (await import('./open-settings-store.ts')).openSettingsStore(settings),
  serve: async (settings) => (await gatehouse()).serve(settings),
  serveCollector: async (settings, first) =>
    (await import('./run-collector.ts')).serveCollector(settings, first),
  start: async (settings, say) => (await import('./run-demonstration.ts')).start(settings, say),
  demonstrate: async (out, settings, say) =>
    (await import('./run-demonstration.ts')).demonstrate(out, settings, say),
  writeWorld: async (folder, seed) => (await (await world()).writeSchoolWorld(folder, { seed })).files,
  writeReturns: async (folder, { england, ...options }) => {
    const { writeEnglandReturns, writeReturns } = await world()
    return england ? writeEnglandReturns(folder, options) : writeReturns(folder, options)
  },
  writeYears: async (folder, options, at) => (await world()).writeYears(folder, options, at),
}

/** The command line. @returns the exit code. */
export const main = (argv: readonly string[]): Promise<number> => runCommand(argv, application)
