import { SingleBar } from 'cli-progress'
import { duration, secondsLeft, type Sample } from './pace.ts'

export interface Whole {
  readonly returns: number
  readonly pupils: number
}

export interface ProgressLine {
  readonly at: (samples: readonly Sample[]) => void
  readonly end: () => void
}

const number = (value: number): string => Math.round(value).toLocaleString('en-GB')

/** A bar on a terminal; elsewhere a line now and then. */
export function progressLine(whole: Whole, out: NodeJS.WriteStream = process.stderr): ProgressLine {
  const words = (samples: readonly Sample[]): string => {
    const last = samples.at(-1)
    if (!last) return ''
    const first = samples.find(({ run }) => run === last.run) ?? last
    const rate = last.seconds === 0 ? 0 : (last.pupils - first.pupils) / last.seconds
    const left = secondsLeft(samples, Math.max(0, whole.pupils - last.pupils))
    return [
      `${number(last.returns)}/${number(whole.returns)} returns`,
      `${number(last.pupils)} pupils`,
      `${number(rate)} pupils/s`,
      `${duration(last.seconds)} gone`,
      left === null ? 'no estimate yet' : `about ${duration(left)} left`,
    ].join(', ')
  }
  if (!out.isTTY) {
    let told = -Infinity
    return {
      at(samples) {
        const seconds = samples.at(-1)?.seconds ?? 0
        if (seconds - told < 10 && seconds >= told) return
        told = seconds
        out.write(`England: ${words(samples)}\n`)
      },
      end: () => undefined,
    }
  }
  const bar = new SingleBar({ format: 'England {bar} {percentage}% {words}', stream: out, hideCursor: true })
  bar.start(whole.returns, 0, { words: '' })
  return {
    at: (samples) => bar.update(samples.at(-1)?.returns ?? 0, { words: words(samples) }),
    end: () => bar.stop(),
  }
}
