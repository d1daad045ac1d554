import type { Command } from 'commander'
import type { Runner } from '../define.ts'
import { defineStatisticsBuild } from './statistics-build.ts'
import { defineStatisticsPublish } from './statistics-publish.ts'
import { defineStatisticsScreen } from './statistics-screen.ts'

/** Statistics: build and audit declared tables, screen what is to be published, publish, amend, withdraw. */
export function defineStatistics(statistics: Command, run: Runner): void {
  defineStatisticsBuild(statistics, run)
  defineStatisticsScreen(statistics, run)
  defineStatisticsPublish(statistics, run)
}
