export { problemJson } from './problem-json.ts'
export { apiRoutes } from './routes.ts'
