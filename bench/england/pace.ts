import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'

/** How far a run had come at a moment. Several runs follow one another in one folder. */
export interface Sample {
  readonly run: number
  /** Since this run began to receive. */
  readonly seconds: number
  /** In all, those of the runs before included. */
  readonly returns: number
  readonly pupils: number
}

/** Writes samples down as they come and has those of earlier runs. */
export function paceFile(file: string): {
  readonly samples: readonly Sample[]
  readonly add: (sample: Sample) => void
} {
  const header = 'run,seconds,returns,pupils\n'
  if (!existsSync(file)) writeFileSync(file, header)
  // A line that a kill cut off is none.
  const samples = [...readFileSync(file, 'utf8').matchAll(/^(\d+),([\d.]+),(\d+),(\d+)\n/gm)].map(
    ([, run, seconds, returns, pupils]): Sample => ({
      run: Number(run),
      seconds: Number(seconds),
      returns: Number(returns),
      pupils: Number(pupils),
    }),
  )
  return {
    samples,
    add(sample) {
      samples.push(sample)
      appendFileSync(
        file,
        `${[sample.run, sample.seconds.toFixed(3), sample.returns, sample.pupils].join(',')}\n`,
      )
    },
  }
}

export interface Pace {
  readonly seconds: number
  readonly perSecond: number
  /** Pupils a second over the first and the last tenth of the pupils; null where too little was measured. */
  readonly first: number | null
  readonly last: number | null
}

interface Step {
  readonly seconds: number
  readonly pupils: number
}

/** Pupils a second over all runs, pauses between them left out. */
export function paceOf(samples: readonly Sample[]): Pace {
  const steps = samples.slice(1).flatMap((sample, i): Step[] => {
    const before = samples[i]
    if (before?.run !== sample.run) return []
    return [{ seconds: sample.seconds - before.seconds, pupils: sample.pupils - before.pupils }]
  })
  const seconds = steps.reduce((sum, each) => sum + each.seconds, 0)
  const pupils = steps.reduce((sum, each) => sum + each.pupils, 0)
  const enough = steps.filter((each) => each.pupils > 0).length >= 10
  return {
    seconds,
    perSecond: seconds === 0 ? 0 : pupils / seconds,
    first: enough ? rateOver(steps, pupils / 10) : null,
    last: enough ? rateOver(steps.toReversed(), pupils / 10) : null,
  }
}

/** The rate over so many pupils from the beginning of the steps; of the step at the border a share. */
function rateOver(steps: readonly Step[], pupils: number): number {
  let [counted, seconds] = [0, 0]
  for (const step of steps) {
    const share = step.pupils === 0 ? 1 : Math.min(1, (pupils - counted) / step.pupils)
    counted += step.pupils * share
    seconds += step.seconds * share
    if (counted >= pupils) break
  }
  return seconds === 0 ? 0 : counted / seconds
}

/** What is left at the rate of the last samples of the newest run: of the last two minutes, or of all of a short run. */
export function secondsLeft(samples: readonly Sample[], pupilsLeft: number): number | null {
  const last = samples.at(-1)
  if (!last) return null
  const recent = samples.filter(({ run, seconds }) => run === last.run && last.seconds - seconds <= 120)
  const from = recent[0]
  if (!from || last.pupils === from.pupils) return null
  return (pupilsLeft * (last.seconds - from.seconds)) / (last.pupils - from.pupils)
}

/** 1 h 02 min, 3 min 05 s, 7 s. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds)
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)]
  const two = (value: number): string => String(value).padStart(2, '0')
  if (hours > 0) return `${String(hours)} h ${two(minutes)} min`
  return minutes > 0 ? `${String(minutes)} min ${two(whole % 60)} s` : `${String(whole)} s`
}
