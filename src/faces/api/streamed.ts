import type { RequestContext } from '../index.ts'
import { isSendPath } from '../pages/index.ts'

// core/collections/submission.ts says where a return is posted.
const submission = /^\/api\/v1\/collections\/[^/]+\/\d+\/[^/]+\/returns$/

/**
 * Requests whose bodies are returns: their routes write them to the disk as they come, bound them themselves, and look at the
 * form's token or the sender's signature before they take anything in.
 */
export const isStreamedPath = (method: string, path: string): boolean =>
  method === 'POST' && (isSendPath(path) || submission.test(path))

export const isStreamed = (c: RequestContext): boolean => isStreamedPath(c.req.method, c.req.path)
