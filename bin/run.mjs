#!/usr/bin/env node
// Runs one of the project's TypeScript files on Node 24 or later, whatever Node started this.
// Plain JavaScript that an old Node can read: it must work before anything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const modules = join(root, 'node_modules')
const stamp = join(modules, '.gatehouse-lock')

/** Installs exactly what the lockfile names, once per lockfile. Returns false when npm failed. */
function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return true
  process.stderr.write('Installing what Gatehouse needs (once) …\n')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const done = spawnSync(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (done.status !== 0) return false
  writeFileSync(stamp, lock)
  return true
}

/** The Node to use: this one when it is new enough, else the one that came with the packages. */
function modernNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  for (const name of [
    `node-${process.platform}-${process.arch}`,
    `node-bin-${process.platform}-${process.arch}`,
  ]) {
    const binary = join(modules, name, 'bin', 'node')
    if (existsSync(binary)) return binary
  }
  return undefined
}

function stop(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

if (!install())
  stop('The packages could not be installed. Check that npm can reach its registry, then run this again.')
const node = modernNode()
if (!node)
  stop(`Gatehouse needs Node 24 or later; this is ${process.version} on ${process.platform}-${process.arch}.`)

const [script, ...rest] = process.argv.slice(2)
if (!script) stop('usage: node bin/run.mjs FILE [ARGUMENTS]')
const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, script), ...rest], {
  stdio: 'inherit',
  env: {
    // What was compiled once is kept beside the packages, as safe from others as they are; a shared /tmp is not.
    NODE_COMPILE_CACHE: join(modules, '.cache', 'compiled'),
    ...process.env,
    PATH: `${dirname(node)}:${process.env.PATH ?? ''}`,
  },
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
