import { asCollector } from '../collect/index.ts'
import type { Matching } from './matching.ts'
import type { GroupQuality } from './quality.ts'
import { reportFacts, type RunFacts } from './report.store.ts'

/** How well one subgroup is matched, by the model’s own probabilities over the pairs that it scored. */
export interface GroupReport {
  readonly kind: GroupQuality['kind']
  readonly group: string
  readonly records: number
  readonly identities: number
  readonly joined: number
  /** Null: nothing was joined, or nothing speaks for a match. */
  readonly precision: number | null
  readonly recall: number | null
  /** Pairs before people, per 100,000 records. */
  readonly reviewLoad: number
}

export interface MatchReport {
  readonly runs: readonly RunFacts[]
  readonly all: GroupReport | null
  readonly groups: readonly GroupReport[]
  /** The largest difference of recall between two subgroups of one kind that both joined enough. */
  readonly largestGap: {
    readonly kind: string
    readonly best: string
    readonly worst: string
    readonly gap: number
  } | null
  /** What people said: of pairs between the probabilities, and of a sample of those that weights had joined. */
  readonly clerical: {
    readonly waiting: number
    readonly decided: number
    readonly sampled: number
    readonly sampledRight: number
    readonly overruled: number
    readonly second: number
  }
  /** By tenth of probability: pairs, how many were decided by a person, how many of those were one child. */
  readonly calibration: readonly {
    readonly tenth: number
    readonly pairs: number
    readonly decided: number
    readonly same: number
  }[]
  /** Merges and splits per 100,000 identities known. */
  readonly stability: { readonly merges: number; readonly splits: number; readonly per100000: number }
}

/** Fewer joined pairs than this say nothing of a subgroup. */
const enough = 100

/** The quality of matching over all runs; it names no child. Anybody of the collector may read it. */
export async function matchReport({ collector }: Pick<Matching, 'collector'>): Promise<MatchReport> {
  const facts = await asCollector(collector).read(reportFacts)
  const sums = new Map<string, GroupQuality>()
  for (const each of facts.quality) {
    const key = `${each.kind} ${each.group}`
    const known = sums.get(key)
    sums.set(key, known ? added(known, each) : each)
  }
  const groups = [...sums.values()].map(reported)
  const tenths = sums.get('all all')?.tenths ?? []
  const identities = facts.runs.reduce((sum, { fresh }) => sum + fresh, 0)
  const [merges, splits] = [
    facts.runs.reduce((sum, each) => sum + each.merges, 0),
    facts.runs.reduce((sum, each) => sum + each.splits, 0),
  ]
  return {
    runs: facts.runs,
    all: groups.find(({ kind }) => kind === 'all') ?? null,
    groups: groups.filter(({ kind }) => kind !== 'all'),
    largestGap: gapOf(groups),
    clerical: facts.clerical,
    calibration: tenths.map((pairs, tenth) => ({
      tenth,
      pairs,
      decided: facts.byTenth[tenth]?.decided ?? 0,
      same: facts.byTenth[tenth]?.same ?? 0,
    })),
    stability: {
      merges,
      splits,
      per100000: identities === 0 ? 0 : Math.round((1e6 * (merges + splits)) / identities) / 10,
    },
  }
}

const added = (one: GroupQuality, other: GroupQuality): GroupQuality => ({
  ...one,
  records: one.records + other.records,
  identities: one.identities + other.identities,
  joined: one.joined + other.joined,
  joinedTrue: one.joinedTrue + other.joinedTrue,
  left: one.left + other.left,
  leftTrue: one.leftTrue + other.leftTrue,
  doubtful: one.doubtful + other.doubtful,
  tenths: one.tenths.map((many, i) => many + (other.tenths[i] ?? 0)),
})

const rate = (part: number, whole: number): number | null =>
  whole > 0 ? Math.round((1e6 * part) / whole) / 1e6 : null

const reported = (sum: GroupQuality): GroupReport => ({
  kind: sum.kind,
  group: sum.group,
  records: sum.records,
  identities: sum.identities,
  joined: sum.joined,
  precision: rate(sum.joinedTrue, sum.joined),
  recall: rate(sum.joinedTrue, sum.joinedTrue + sum.leftTrue),
  reviewLoad: sum.records === 0 ? 0 : Math.round((1e6 * sum.doubtful) / sum.records) / 10,
})

function gapOf(groups: readonly GroupReport[]): MatchReport['largestGap'] {
  let largest: MatchReport['largestGap'] = null
  for (const [kind, own] of Map.groupBy(groups, (each) => each.kind)) {
    const told = own.flatMap(({ group, recall, joined }) =>
      recall === null || joined < enough ? [] : [{ group, recall }],
    )
    told.sort((x, y) => y.recall - x.recall || (x.group < y.group ? -1 : 1))
    const [best, worst] = [told[0], told.at(-1)]
    if (!best || !worst || best === worst) continue
    const gap = Math.round(1e6 * (best.recall - worst.recall)) / 1e6
    if (!largest || gap > largest.gap) largest = { kind, best: best.group, worst: worst.group, gap }
  }
  return largest
}
