import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type World, startWorld } from '../../src/world/index.ts'

const bin = fileURLToPath(new URL('../../bin/sealpost.js', import.meta.url))

interface Ran {
  /** Exit status, or the signal that ended it. */
  readonly exit: number | string
  readonly stdout: string
  readonly stderr: string
}

/** A folder with settings and a campaign against a mail world of its own, and the command line to run in it. */
export interface Desk extends AsyncDisposable {
  readonly folder: string
  readonly world: World
  write(name: string, content: string | Buffer): Promise<string>
  run(...words: readonly string[]): Promise<Ran>
  /** The same, not waited for. */
  start(...words: readonly string[]): { readonly child: ChildProcess; readonly done: Promise<Ran> }
}

export interface DeskOptions {
  readonly recipients?: readonly string[]
  readonly campaign?: string
  readonly settings?: string
  readonly env?: Readonly<Record<string, string>>
  /** The world keeps whole messages. */
  readonly keep?: boolean
}

export async function openDesk(options: DeskOptions = {}): Promise<Desk> {
  const world = await startWorld({ keep: options.keep ?? false })
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  const write = async (name: string, content: string | Buffer): Promise<string> => {
    await writeFile(join(folder, name), content)
    return name
  }
  await write('ca.pem', world.caPem)
  await write(
    'sealpost.yaml',
    `data: ./data
hostname: sender.example
dns: { servers: ["${world.dns.host}:${world.dns.port}"], timeout: 2s, tries: 1 }
tls: { ca: ./ca.pem }
network: { allowPrivateAddresses: true, port: ${world.port} }
${options.settings ?? ''}`,
  )
  await write(
    'campaign.yaml',
    `name: spring\nlist: ./list.csv\nfrom: Shop <news@shop.example>\nsubject: "Hello {{ name }}"\ntext: ./message.txt\n${options.campaign ?? ''}`,
  )
  await write('message.txt', 'Hello {{ name }},\n.a line with a dot\n')
  const recipients = options.recipients ?? ['ada@valid.test']
  await write('list.csv', `email,name\n${recipients.map((address) => `${address},${address.split('@')[0]}`).join('\n')}\n`)

  const start: Desk['start'] = (...words) => {
    const child = spawn(process.execPath, [bin, ...words], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1', ...options.env },
    })
    const out = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk) => (out.stdout += String(chunk)))
    child.stderr.on('data', (chunk) => (out.stderr += String(chunk)))
    const { promise, resolve } = Promise.withResolvers<Ran>()
    child.on('close', (code, signal) => {
      resolve({ exit: code ?? signal ?? 'unknown', ...out })
    })
    return { child, done: promise }
  }
  return {
    folder,
    world,
    write,
    start,
    run: async (...words) => start(...words).done,
    [Symbol.asyncDispose]: async () => {
      await world[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}
