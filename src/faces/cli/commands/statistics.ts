import type { Command } from 'commander'
import type { Runner } from '../define.ts'
import { defineStatisticsScreen } from './statistics-screen.ts'

/** Statistics: screen what is to be published. */
export function defineStatistics(statistics: Command, run: Runner): void {
  defineStatisticsScreen(statistics, run)
}
