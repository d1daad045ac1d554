export {
  openAnalytics,
  type Analytics,
  type AnalyticsOptions,
  type AnalyticsRow,
  type Lane,
} from './open-analytics.ts'
