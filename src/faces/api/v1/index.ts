export { problemJson } from './problem-json.ts'
export { apiRoutes, collectorApiRoutes } from './routes.ts'
export { returnRoutes } from './collect-routes.ts'
