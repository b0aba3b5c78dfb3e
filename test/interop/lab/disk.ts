/** A small disk that only the processes started through it see. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { run, runOrThrow, type Outcome } from './command.ts'
import type { Lab } from './lab.ts'
import { inNamespace } from './network.ts'
import { repository } from './requirement.ts'

export interface SmallDisk {
  readonly folder: string
  resize(size: string): Promise<void>
  /** Runs a program in the client's namespace, with the disk mounted. */
  run(command: readonly string[]): Promise<Outcome>
}

/** Mounts a disk of the size (as tmpfs takes it: `1m`) for as long as the laboratory lasts. */
export async function mountSmallDisk(lab: Lab, size: string): Promise<SmallDisk> {
  const folder = mkdtempSync(join(lab.folder, 'disk-'))
  // `ip netns exec` gives its program mounts of its own; this one holds them until its input ends, as it does with us.
  const hold = 'mount -t tmpfs -o size="$1" disk "$2"; echo mounted; exec cat'
  const [program = '', ...args] = inNamespace(lab.client, ['bash', '-euc', hold, 'disk', size, folder])
  const holder = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(holder.stdout, 'data')
  const enter = ['nsenter', `--target=${holder.pid}`, '--mount', '--net']
  return {
    folder,
    async resize(size) {
      await runOrThrow([...enter, 'mount', '-o', `remount,size=${size}`, folder])
    },
    run: (command) => run([...enter, ...command], { cwd: repository, timeout: 80_000 }),
  }
}
