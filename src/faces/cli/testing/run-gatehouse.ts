import { spawn } from 'node:child_process'

export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the command as a shell would, on the embedded store of `home`; `reads` false closes its standard output at once. */
export function runGatehouse(
  home: string,
  args: readonly string[],
  { env = {}, reads = true }: { env?: Record<string, string>; reads?: boolean } = {},
): Promise<Ran> {
  const whole: NodeJS.ProcessEnv = { ...process.env, GATEHOUSE_HOME: home, DATABASE_URL: '', ...env }
  delete whole['NODE_TEST_CONTEXT']
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['bin/gatehouse.ts', ...args], {
      env: whole,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [out, err] = ['', '']
    if (reads) child.stdout.on('data', (piece: Buffer) => (out += piece.toString()))
    else child.stdout.destroy()
    child.stderr.on('data', (piece: Buffer) => (err += piece.toString()))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
  })
}
