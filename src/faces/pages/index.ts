export { pageRoutes } from './routes.ts'
export { problemPage } from './problem/problem.page.ts'
