import type { CasePlan } from './plan.ts'

/** Keeps what depends on the plan alone: it is the same for every pupil, and is asked for every one. */
export function oncePerPlan<T>(work: (plan: CasePlan) => T): (plan: CasePlan) => T {
  const known = new WeakMap<CasePlan, { readonly result: T }>()
  return (plan) => {
    const before = known.get(plan)
    if (before) return before.result
    const result = work(plan)
    known.set(plan, { result })
    return result
  }
}
