/**
 * Removes laboratories: their namespaces with all that runs in them, and their folders.
 *
 * Everything a laboratory starts lives in network namespaces that it made and named after its process, so a name is enough
 * to end exactly that, and what is left of a laboratory is known by its process being gone.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** How the names of namespaces and folders begin: `sp`, the process, a number, and a dash. */
export function namePrefix(process: number, laboratory: number): string {
  return `sp${process}-${laboratory}-`
}

/** Removes the laboratory whose names begin so. */
export function removeLab(prefix: string): void {
  if (!/^sp\d+-\d+-$/.test(prefix)) throw new Error(`${prefix} is not the prefix of a laboratory`) // of nothing: everything
  removeAll((name) => name.startsWith(prefix))
}

/** Removes what runs left behind that were killed together with the guard of their laboratory. */
export function sweep(): void {
  removeAll((name) => {
    const owner = /^sp(\d+)-\d+-/.exec(name)?.[1]
    return owner !== undefined && !isRunning(Number(owner))
  })
}

function removeAll(isOurs: (name: string) => boolean): void {
  for (const name of listNamespaces().filter(isOurs)) removeNamespace(name)
  for (const name of readdirSync(tmpdir()).filter(isOurs)) rmSync(join(tmpdir(), name), { recursive: true, force: true })
}

export function listNamespaces(): string[] {
  const lines = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' }).split('\n')
  return lines.map((line) => line.split(' ')[0] ?? '').filter(Boolean)
}

/** Ends every process in the namespace and removes it; its addresses, links and the mounts of its processes go with it. */
function removeNamespace(name: string): void {
  const start = Date.now()
  for (let pids = listProcesses(name); pids.length > 0; pids = listProcesses(name)) {
    if (Date.now() > start + 10_000) throw new Error(`Processes ${pids.join(' ')} in namespace ${name} do not end`)
    // unshare ends when its child does, and must live until then to reap it: the first process of a container may not.
    const patient = Date.now() < start + 2000
    for (const pid of pids) if (!(patient && readStatus(pid, 'Name') === 'unshare')) kill(pid)
  }
  execFileSync('ip', ['netns', 'delete', name])
}

export function listProcesses(namespace: string): number[] {
  return execFileSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' }).split('\n').filter(Boolean).map(Number)
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** A process that ended and that nobody asked about yet still has a number, and answers to signals. */
export function isRunning(pid: number): boolean {
  return !/^(?:Z.*|)$/.test(readStatus(pid, 'State'))
}

function readStatus(pid: number, field: string): string {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return new RegExp(`^${field}:\\s+(.*)$`, 'm').exec(status)?.[1] ?? ''
  } catch {
    return '' // it is gone
  }
}
