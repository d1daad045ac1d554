export { openAnalytics, type Analytics, type AnalyticsOptions, type AnalyticsRow } from './open-analytics.ts'
