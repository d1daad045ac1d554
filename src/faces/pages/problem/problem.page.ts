import type { Problem, RequestContext } from '../../index.ts'
import { render } from '../frame/render.ts'
import type { ProblemView } from './problem.view.ts'

const page = render<ProblemView>('problem/problem.njk')

/** The page for anything that went wrong. A fault shows its incident number and nothing of what it was about. */
export const problemPage = (c: RequestContext, problem: Problem): Response =>
  page(
    c,
    { title: problem.title, status: problem.status },
    {
      title: problem.title,
      detail: problem.detail,
      why: problem.why ?? null,
      todo: problem.todo ?? null,
      incident: problem.code === 'fault' ? c.get('incident') : null,
    },
  )
