import type { z } from '@hono/zod-openapi'
import { problem } from './schemas.ts'

// How routes describe what they answer.

export const json = <T extends z.ZodType>(body: T, description: string) => ({
  description,
  content: { 'application/json': { schema: body } },
})

const refused = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problem } },
})

export const errors = {
  401: refused('No session'),
  403: refused('The role does not cover it'),
  404: refused('There is no such thing'),
  409: refused('It does not stand as the request takes it to'),
  422: refused('The request can’t be used as it is'),
} as const
