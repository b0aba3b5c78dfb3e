import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { chown, cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createTransport } from 'nodemailer'
import { buildHouse, users } from '../../test/interop/lab/house.ts'
import { serverRoot } from '../../test/interop/lab/requirement.ts'
import { preciseNow } from '../../test/support/sink/index.ts'
import { message, recipient, sender } from '../message.ts'
import { type Run, type Sink, createFolder } from './field.ts'

/** Why Postfix cannot be measured here; undefined where it can. */
export function findPostfix(): string | undefined {
  if (process.getuid?.() !== 0) return 'it is run in mounts of its own, which only root may make'
  if (!existsSync(join(serverRoot, 'postfix/usr/lib/postfix/sbin/tlsproxy'))) return 'test/interop/setup has not unpacked it'
  return undefined
}

/**
 * One run of Postfix's smtp(8) at its best: messages are put into its queue while no queue manager runs, then the manager is
 * started, and it sends to the sink over TLS with connections kept open.
 */
export async function runPostfix(sink: Sink, connections: number, count: number): Promise<Run> {
  using folder = createFolder()
  const port = await findFreePort()
  await configure(folder.path, port, sink, connections)
  using postfix = start(folder.path)
  await waitForGreeting(port, postfix.said)
  await fill(port, count)
  const etc = join(folder.path, 'etc/postfix')
  await writeFile(join(etc, 'master.cf'), `${await readFile(join(etc, 'master.cf'), 'utf8')}${queueManager}`)
  await sink.takeSeries()
  const before = readCpu(postfix.space())
  const startedAt = preciseNow()
  await postfix.reload()
  const limit = 120_000
  while ((await sink.count()) < count) {
    if (preciseNow() - startedAt > limit)
      throw new Error(
        `Postfix sent ${await sink.count()} of ${count}; ${await readFile(join(folder.path, 'var/log/postfix.log'), 'utf8').then((log) => log.slice(-2000))}`,
      )
    await delay(50)
  }
  const after = readCpu(postfix.space())
  const peakMb = readMemory(postfix.space())
  const series = await sink.takeSeries()
  return {
    messages: series.messages,
    rate: series.rate,
    steadyRate: series.steadyRate,
    cpuMs: (after - before) / count,
    peakMb,
  }
}

const queueManager = 'qmgr unix n - n 300 1 qmgr\n'

async function configure(folder: string, port: number, sink: Sink, connections: number): Promise<void> {
  // The house of the interoperability tests, but on this machine's loopback: the sink is there.
  await buildHouse({ namespace: '', address: '' }, 'postfix', folder)
  const shipped = join(serverRoot, 'postfix')
  const etc = join(folder, 'etc/postfix')
  await cp(join(shipped, 'etc/postfix'), etc, { recursive: true })
  await cp(join(shipped, 'usr/share/postfix/dynamicmaps.cf'), join(etc, 'dynamicmaps.cf'))
  await mkdir(join(folder, 'var/spool/postfix'), { recursive: true })
  const data = join(folder, 'var/lib/postfix')
  await mkdir(data, { recursive: true })
  await chown(data, users.postfix, users.postfix)
  await writeFile(join(etc, 'authority.pem'), sink.ca)
  const services = (await readFile(join(shipped, 'usr/share/postfix/master.cf.dist'), 'utf8'))
    .replaceAll(/^(\w+ +(?:inet|unix) +\S+ +\S+ +)y/gm, '$1n')
    .replaceAll(/^(?:smtp +inet|pickup|qmgr) .*\n/gm, '')
  await writeFile(
    join(etc, 'master.cf'),
    `${services}\n127.0.0.1:${port} inet n - n - - smtpd\ntlsproxy unix - - n - 0 tlsproxy\n`,
  )
  const settings: Readonly<Record<string, string | number>> = {
    compatibility_level: '3.6',
    maillog_file: '/var/log/postfix.log',
    myhostname: 'sender.test',
    mydestination: '',
    mynetworks: '127.0.0.0/8',
    inet_protocols: 'ipv4',
    inet_interfaces: 'loopback-only',
    alias_maps: '',
    alias_database: '',
    smtpd_peername_lookup: 'no',
    smtpd_client_connection_count_limit: 0,
    // Where all goes, and how: verified TLS, as many connections as the others have, none of them given up.
    relayhost: `[127.0.0.1]:${sink.port}`,
    disable_dns_lookups: 'yes',
    smtp_tls_security_level: 'verify',
    smtp_tls_verify_cert_match: 'sink.test',
    smtp_tls_CAfile: '/etc/postfix/authority.pem',
    smtp_tls_connection_reuse: 'yes',
    smtp_connection_cache_destinations: `[127.0.0.1]:${sink.port}`,
    smtp_connection_reuse_time_limit: '3600s',
    smtp_tls_loglevel: 0,
    in_flow_delay: 0,
    default_destination_concurrency_limit: connections,
    initial_destination_concurrency: connections,
    qmgr_message_active_limit: 20_000,
    default_process_limit: 100,
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`)
  await writeFile(join(etc, 'main.cf'), lines.join(''))
}

interface Postfix extends Disposable {
  readonly said: () => string
  reload(): Promise<void>
  /** Its namespace of processes, by which they are found. */
  space(): string
}

const enter = `
mount -t overlay overlay -o lowerdir="$1/usr:/usr" /usr
mount --bind "$2/etc" /etc
mount --bind "$2/var" /var
mount -t tmpfs run /run
cd /
postfix start-fg &
while read -r order; do postfix "$order" && echo "done"; done
`

function start(folder: string): Postfix {
  // With the shell end its namespaces, and all that is in them.
  const spaces = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
  const words = [...spaces, 'bash', '-euc', enter, 'house', join(serverRoot, 'postfix'), folder]
  const child = spawn('unshare', words, { stdio: ['pipe', 'pipe', 'pipe'] })
  let said = ''
  const keep = (chunk: Buffer) => (said += chunk.toString())
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  return {
    said: () => said,
    async reload() {
      child.stdin.write('reload\n')
      await once(child.stdout, 'data')
    },
    space: () => readSpace(child),
    [Symbol.dispose]: () => {
      child.kill('SIGKILL')
    },
  }
}

function readSpace({ pid }: ChildProcess): string {
  return readlinkSync(`/proc/${pid}/ns/pid_for_children`)
}

function processesIn(space: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/ns/pid`) === space ? [Number(name)] : []
    } catch {
      return [] // it ended meanwhile
    }
  })
}

/** Milliseconds of CPU of all processes, with those that ended and were waited for; the kernel counts in hundredths of seconds. */
function readCpu(space: string): number {
  const ticks = processesIn(space).map((pid) => {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      return [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0)
    } catch {
      return 0
    }
  })
  return 10 * ticks.reduce((sum, one) => sum + one, 0)
}

/** MB: what processes share is counted once. */
function readMemory(space: string): number {
  const kilobytes = processesIn(space).map((pid) => {
    try {
      return Number(/^Pss: +(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
    } catch {
      return 0
    }
  })
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1024
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on TCP
  server.close()
  return port
}

async function waitForGreeting(port: number, said: () => string): Promise<void> {
  const deadline = preciseNow() + 20_000
  while (!(await greets(port))) {
    if (preciseNow() > deadline) throw new Error(`Postfix does not start: ${said()}`)
    await delay(50)
  }
}

async function greets(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const { promise, resolve } = Promise.withResolvers<boolean>()
  socket.once('data', (greeting) => {
    socket.end('QUIT\r\n')
    resolve(String(greeting).startsWith('220'))
  })
  socket.once('error', () => {
    resolve(false)
  })
  return promise
}

async function fill(port: number, count: number): Promise<void> {
  const transport = createTransport({
    pool: true,
    host: '127.0.0.1',
    port,
    ignoreTLS: true,
    maxConnections: 10,
    maxMessages: Number.POSITIVE_INFINITY,
    name: 'sender.test',
  })
  await Promise.all(
    Array.from({ length: count }, async (_, index) =>
      transport.sendMail({ envelope: { from: sender, to: recipient(index, 100).address }, raw: message }),
    ),
  )
  transport.close()
}
