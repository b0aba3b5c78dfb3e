import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type FSWatcher, watch } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createAuthority, startDnsServer } from '../../src/world/index.ts'
import { type KillPoint, KillWatch, drawKillPoint, seededRandom } from './killPoint.ts'
import { startSink } from './sink/index.ts'

const bin = fileURLToPath(new URL('../../bin/sealpost.js', import.meta.url))

/** Connections of the one lane. */
const connections = 2
/** What may be in flight, and so what may come twice: a setting. */
export const inFlight = 100

export interface CrashPlan {
  readonly kills: number
  /** Recipients of each campaign; when one is done, the next begins in the same data folder. */
  readonly recipients: number
  /** About how many messages a run gets done before it is killed, at the most. */
  readonly messages: number
  readonly seed: number
}

export interface CrashReport {
  /** How often it was killed at each kind of point. */
  readonly points: Readonly<Record<string, number>>
  readonly kills: number
  /** Of the campaigns that were begun. */
  readonly recipients: number
  /** Different messages that the server took, by their Message-ID. */
  readonly taken: number
  /** Messages that the server took again. */
  readonly repeats: number
  /** The most of them in the run after one kill. */
  readonly mostRepeats: number
  /** What `sealpost verify` says of the evidence in the end. */
  readonly verified: { readonly exit: number | null; readonly said: string }
  /** What the last run of each campaign says that it sent. */
  readonly sent: number
}

/**
 * Sends campaigns with the command line and kills it, again and again; then lets it come to its end.
 *
 * @throws Error where a run fails in any other way than by being killed, or more came twice by then than was in flight at the kills
 */
export async function crash(plan: CrashPlan): Promise<CrashReport> {
  const random = seededRandom(plan.seed)
  let watching: KillWatch | undefined
  const authority = await createAuthority()
  const identity = await authority.issue({ names: ['mx.sink.test'] })
  await using sink = await startSink({ identity, byId: true, onMoment: (moment) => watching?.note(moment) })
  await using dns = await startDnsServer({
    'sink.test': { MX: [{ preference: 10, exchange: 'mx.sink.test' }] },
    'mx.sink.test': { A: ['127.0.0.1'] },
  })
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-crash-'))
  try {
    await mkdir(join(folder, 'data'))
    await prepare(folder, authority.pem, sink.ports[0] ?? 0, `${dns.host}:${dns.port}`)
    const points: Record<string, number> = {}
    let [kills, campaigns, mostRepeats, sent] = [0, 0, 0, 0]
    const repeats = (): number => [...(sink.tally.byId?.values() ?? [])].reduce((sum, times) => sum + times - 1, 0)
    const run = async (campaign: string, point: KillPoint | undefined): Promise<Ran> => {
      const before = repeats()
      const ran = await runSend(folder, campaign, (kill) => {
        watching = point && new KillWatch(point, kill)
        return watching
      })
      watching = undefined
      mostRepeats = Math.max(mostRepeats, repeats() - before)
      if (repeats() > kills * inFlight) throw new Error(`seed ${plan.seed}: ${repeats()} came twice after ${kills} kills`)
      if (!ran.killed && ran.exit !== 0) throw new Error(`seed ${plan.seed}: ${campaign} ended with ${ran.exit}: ${ran.stderr}`)
      return ran
    }
    for (let done = true; kills < plan.kills || !done;) {
      if (done) await writeCampaign(folder, ++campaigns, plan.recipients)
      const point = kills < plan.kills ? drawKillPoint(random, plan.messages) : undefined
      const { killed, stdout } = await run(`campaign${campaigns}.yaml`, point)
      done = !killed
      if (point && killed) {
        kills += 1
        points[point.name] = (points[point.name] ?? 0) + 1
      }
      // `--json` prints one report, which has this in it.
      if (done) sent += (JSON.parse(stdout) as { summary: { sent: number } }).summary.sent
    }
    const verified = await runToEnd(folder, ['verify', 'data'])
    return {
      points,
      kills,
      recipients: campaigns * plan.recipients,
      taken: sink.tally.byId?.size ?? 0,
      repeats: repeats(),
      mostRepeats,
      verified: { exit: verified.exit, said: verified.stdout + verified.stderr },
      sent,
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

interface Ran {
  readonly killed: boolean
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

function start(folder: string, words: readonly string[]) {
  const child = spawn(process.execPath, [bin, ...words], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += String(chunk)))
  child.stderr.on('data', (chunk) => (stderr += String(chunk)))
  const done = once(child, 'close').then((): Ran => ({
    killed: child.signalCode === 'SIGKILL',
    exit: child.exitCode,
    stdout,
    stderr,
  }))
  return { child, done }
}

async function runToEnd(folder: string, words: readonly string[]): Promise<Ran> {
  return start(folder, words).done
}

async function runSend(folder: string, campaign: string, watchFor: (kill: () => void) => KillWatch | undefined): Promise<Ran> {
  const { child, done } = start(folder, ['send', campaign, '--settings', 'sealpost.yaml', '--json'])
  const watched = watchFor(() => child.kill('SIGKILL'))
  const watchers: FSWatcher[] = []
  for (const path of ['data', 'data/evidence']) {
    try {
      watchers.push(watch(join(folder, path), () => watched?.noteWrite()))
    } catch {
      // The evidence is not there before the first run has begun.
    }
  }
  const ran = await done
  for (const watcher of watchers) watcher.close()
  return ran
}

async function prepare(folder: string, ca: string, port: number, dns: string): Promise<void> {
  await writeFile(join(folder, 'ca.pem'), ca)
  await writeFile(
    join(folder, 'sealpost.yaml'),
    `data: ./data
hostname: sender.example
dns: { servers: ["${dns}"], timeout: 5s, tries: 2 }
tls: { ca: ./ca.pem }
network: { allowPrivateAddresses: true, port: ${port} }
delivery: { lane: { connections: ${connections} }, inFlight: ${inFlight} }
`,
  )
  await writeFile(join(folder, 'message.txt'), 'Hello {{ email }},\n.a line with a dot\n')
}

async function writeCampaign(folder: string, number: number, recipients: number): Promise<void> {
  const rows = Array.from({ length: recipients }, (_, index) => `p${index}@sink.test\n`)
  await writeFile(join(folder, `list${number}.csv`), `email\n${rows.join('')}`)
  await writeFile(
    join(folder, `campaign${number}.yaml`),
    `name: crash${number}\nlist: ./list${number}.csv\nfrom: News <news@sender.example>\nsubject: Number ${number}\ntext: ./message.txt\n`,
  )
}
