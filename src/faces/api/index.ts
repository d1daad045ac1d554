export { createApp, createCollectorApp } from './app.ts'
export { openLog } from './request-log.ts'
export { startServer } from './serve.ts'
