import { SingleBar } from 'cli-progress'

/** Tells how far long work has come. */
export interface Progress {
  readonly at: (done: number, total: number) => void
  readonly end: () => void
}

const silent: Progress = { at: () => undefined, end: () => undefined }

/** A bar on standard error, only where a person watches: on a terminal, and not for a machine. */
export function progressBar(label: string, json: boolean): Progress {
  if (json || !process.stderr.isTTY) return silent
  const bar = new SingleBar({
    format: `${label} {bar} {percentage}% {value}/{total}, {eta_formatted} left`,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  })
  let begun = false
  return {
    at(done, total) {
      if (!begun) bar.start(total, done)
      begun = true
      bar.setTotal(total)
      bar.update(done)
    },
    end() {
      if (begun) bar.stop()
    },
  }
}
