/** A laboratory leaves nothing behind, however it ends: no process, no namespace, no mount, no file. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startLab } from './lab/lab.ts'
import { repository } from './lab/requirement.ts'
import { isRunning, listNamespaces, listProcesses, sweep } from './lab/sweep.ts'

/** Names of what exists for the laboratories of a process. */
function listTraces(owner: number | undefined): string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n')
  return [...listNamespaces(), ...readdirSync(tmpdir()), ...mounts].filter((name) => name.includes(`sp${owner}-`))
}

function listServed(owner: number | undefined): number[] {
  return listNamespaces()
    .filter((name) => name.startsWith(`sp${owner}-`))
    .flatMap(listProcesses)
}

function findGuard(owner: number | undefined): number {
  const commands = execFileSync('ps', ['--ppid', String(owner), '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n')
  return Number.parseInt(commands.find((command) => command.includes('guardLab.ts')) ?? '', 10)
}

async function hold(): Promise<ChildProcess> {
  const program = join(repository, 'test/interop/holdLab.ts')
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] })
  for await (const _ of child.stdout) return child
  throw new Error('holdLab.ts ended without having set up a laboratory')
}

test('after it was closed', async () => {
  const lab = await startLab({ servers: ['postfix', 'exim'] })
  const served = listServed(process.pid)
  expect(served.length).toBeGreaterThan(5)
  await lab[Symbol.asyncDispose]()
  expect(served.filter(isRunning)).toEqual([])
  expect(listTraces(process.pid)).toEqual([])
})

test('after a server that does not start, whose log is in the message', async () => {
  const settings = { postfix: { queue_directory: '/var/absent' } }
  await expect(startLab({ servers: ['postfix', 'exim'], settings })).rejects.toThrow(/absent/)
  expect(listTraces(process.pid)).toEqual([])
})

test.each(['SIGINT', 'SIGKILL'] as const)('after its process was ended by %s', async (signal) => {
  const holder = await hold()
  const served = listServed(holder.pid)
  expect(served.length).toBeGreaterThan(5)
  holder.kill(signal)
  await expect.poll(() => listTraces(holder.pid), { timeout: 20_000 }).toEqual([])
  expect(served.filter(isRunning)).toEqual([])
})

test('after its guard was killed as well, as soon as the next one is set up', async () => {
  const holder = await hold()
  const served = listServed(holder.pid)
  process.kill(findGuard(holder.pid), 'SIGKILL')
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  expect(listTraces(holder.pid)).not.toEqual([])
  sweep()
  expect(listTraces(holder.pid)).toEqual([])
  expect(served.filter(isRunning)).toEqual([])
})
