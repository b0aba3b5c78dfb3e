/** Whatever becomes of a run, its laboratory goes with it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { repository } from './requirement.ts'

/**
 * Has the laboratory removed by a program of its own, when the function returned is called or this process ends, in
 * whatever way: one path for both, so that every run tries it.
 */
export function guard(prefix: string): () => Promise<void> {
  const program = join(repository, 'test/interop/guardLab.ts')
  const child = spawn(process.execPath, [program, prefix], { detached: true, stdio: ['pipe', 'ignore', 'inherit'] })
  child.unref()
  return async () => {
    child.ref()
    child.stdin?.end()
    const [status] = await once(child, 'exit')
    if (status !== 0) throw new Error(`The laboratory ${prefix} was not removed; what went wrong is printed above`)
  }
}
