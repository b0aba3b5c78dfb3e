import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { run } from '../test/interop/lab/command.ts'
import { type Lab, startLab } from '../test/interop/lab/lab.ts'
import { inNamespace } from '../test/interop/lab/network.ts'
import { createWorkplace, sealpostCommand } from '../test/interop/lab/sealpost.ts'
import { type Spread, spread } from './measure.ts'

/** What is told of the examination of one server, beside other programs that examine it. */
export interface Comparison {
  readonly rates: Readonly<Record<string, Spread>>
  readonly ratios: Readonly<Record<string, Spread>>
  readonly notes: readonly string[]
}

/** What one command cost. */
interface Cost {
  readonly seconds: number
  /** Connections that the server saw. */
  readonly connections: number
  readonly stdout: string
}

const name = 'postfix'

/** Where the same server listens as if it were this many milliseconds away. */
const farPort = 2525
const farMs = 10

/** Examines a Postfix as Debian ships it, in a network of its own, by ourselves and by the others that are there. */
export async function compareExaminations(runs: number): Promise<Comparison> {
  await using lab = await startLab({ servers: [name] })
  const { settings } = createWorkplace(lab)
  const check = (port: number) =>
    sealpostCommand('check', `smtp://${lab.server(name).name}:${port}`, '--settings', settings, '--json')
  const quick = await compareWithOpenssl(lab, check(25), runs)
  const deep = await compareWithScanners(lab, [...check(25), '--deep'], runs)
  const far = await compareFromAfar(lab, [...check(farPort), '--deep'], runs)
  return join([quick, deep, far])
}

function join(comparisons: readonly Comparison[]): Comparison {
  return {
    rates: Object.assign({}, ...comparisons.map(({ rates }) => rates)) as Comparison['rates'],
    ratios: Object.assign({}, ...comparisons.map(({ ratios }) => ratios)) as Comparison['ratios'],
    notes: comparisons.flatMap(({ notes }) => notes),
  }
}

async function compareWithOpenssl(lab: Lab, check: readonly string[], runs: number): Promise<Comparison> {
  const samples = await repeat(runs, async () => {
    const ours = await timed(lab, check, isExamined)
    const start = await timed(lab, sealpostCommand('--version'))
    const theirs = await timed(lab, ['bash', '-c', handshakes, 'handshakes', String(ours.connections), placeOf(lab)])
    if (theirs.connections !== ours.connections) throw new Error(`openssl opened ${theirs.connections} connections`)
    return { ours, start, theirs, ratio: (ours.seconds - start.seconds) / theirs.seconds }
  })
  return {
    rates: {
      default_seconds: spread(samples.map(({ ours }) => ours.seconds)),
      start_seconds: spread(samples.map(({ start }) => start.seconds)),
      openssl_seconds: spread(samples.map(({ theirs }) => theirs.seconds)),
      default_connections: spread(samples.map(({ ours }) => ours.connections)),
    },
    ratios: { default_vs_openssl: spread(samples.map(({ ratio }) => ratio)) },
    notes: [
      'default_vs_openssl: `sealpost check`, less what `sealpost --version` takes, over as many runs of `openssl s_client -starttls smtp` as it opened connections, one after the other',
    ],
  }
}

/** Each a process of its own, as a person would do it. */
const handshakes = 'for ((i = 0; i < $1; i++)); do openssl s_client -starttls smtp -connect "$2" </dev/null >/dev/null 2>&1; done'

async function compareWithScanners(lab: Lab, deep: readonly string[], runs: number): Promise<Comparison> {
  const understood = await lab.run(deep)
  if (understood.status === 2) return { rates: {}, ratios: {}, notes: [`--deep is not understood: ${understood.stderr.trim()}`] }
  const ours = await repeat(runs, async () => {
    const cost = await timed(lab, deep, isExamined)
    const { seconds: start } = await timed(lab, sealpostCommand('--version'))
    return { ...cost, start, ...readConnections(cost) }
  })
  const own: Comparison = {
    rates: {
      deep_seconds: spread(ours.map(({ seconds }) => seconds)),
      deep_connections: spread(ours.map(({ connections }) => connections)),
      deep_survey_connections: spread(ours.map(({ survey }) => survey)),
      deep_probe_connections: spread(ours.map(({ probes }) => probes)),
    },
    ratios: {},
    notes: [],
  }
  return join([own, await compareWithSslscan(lab, ours, runs), await compareWithTestssl(lab, ours)])
}

type Deep = Cost & { readonly start: number; readonly survey: number; readonly probes: number }

async function compareWithSslscan(lab: Lab, ours: readonly Deep[], runs: number): Promise<Comparison> {
  if (!(await isInstalled('sslscan'))) return absent('sslscan', 'deep_vs_sslscan_time, deep_vs_sslscan_connections')
  const words = scanCommand(lab)
  const facts = ['--no-heartbleed', '--no-renegotiation', '--no-compression', '--no-fallback']
  const whole = await repeat(runs, async () => timed(lab, [...words, placeOf(lab)]))
  const same = await repeat(runs, async () => timed(lab, [...words, ...facts, placeOf(lab)]))
  return {
    rates: {
      sslscan_seconds: spread(whole.map(({ seconds }) => seconds)),
      sslscan_connections: spread(whole.map(({ connections }) => connections)),
      sslscan_facts_connections: spread(same.map(({ connections }) => connections)),
    },
    ratios: {
      deep_vs_sslscan_time: spread(ours.map(({ seconds }, index) => seconds / (whole[index]?.seconds ?? 1))),
      deep_vs_sslscan_time_started: spread(
        ours.map(({ seconds, start }, index) => (seconds - start) / (whole[index]?.seconds ?? 1)),
      ),
      deep_vs_sslscan_connections: spread(ours.map(({ survey }, index) => survey / (same[index]?.connections ?? 1))),
    },
    notes: [
      'deep_vs_sslscan_time: whole runs of both, with all that each does unasked, its probes for weaknesses and its start included',
      'deep_vs_sslscan_time_started: the same, less what `sealpost --version` takes',
      'deep_vs_sslscan_connections: for versions, cipher suites, groups and certificates alone: connections of the survey over those of `sslscan` without heartbleed, renegotiation, compression and fallback',
    ],
  }
}

/** On the Internet the way there and back is what takes the time, and connections are what costs it. */
async function compareFromAfar(lab: Lab, deep: readonly string[], runs: number): Promise<Comparison> {
  if (!(await isInstalled('sslscan'))) return absent('sslscan', 'deep_vs_sslscan_time_afar')
  const { host } = lab.server(name)
  const program = fileURLToPath(new URL('./relay.ts', import.meta.url))
  const [node = '', ...words] = inNamespace(host, [process.execPath, program, host.address, String(farPort), String(farMs)])
  const relay = spawn(node, words, { stdio: ['pipe', 'pipe', 'inherit'] })
  try {
    await once(relay.stdout, 'data')
    const samples = await repeat(runs, async () => {
      const ours = await timed(lab, deep, isExamined)
      const theirs = await timed(lab, [...scanCommand(lab), placeOf(lab, farPort)])
      return { ours: ours.seconds, theirs: theirs.seconds }
    })
    return {
      rates: {
        deep_afar_seconds: spread(samples.map(({ ours }) => ours)),
        sslscan_afar_seconds: spread(samples.map(({ theirs }) => theirs)),
      },
      ratios: { deep_vs_sslscan_time_afar: spread(samples.map(({ ours, theirs }) => ours / theirs)) },
      notes: [`deep_vs_sslscan_time_afar: the same whole runs, with ${farMs} ms to the server and ${farMs} ms back`],
    }
  } finally {
    relay.kill()
  }
}

function scanCommand(lab: Lab): string[] {
  return ['sslscan', '--starttls-smtp', '--no-colour', `--sni-name=${lab.server(name).name}`]
}

async function compareWithTestssl(lab: Lab, ours: readonly Deep[]): Promise<Comparison> {
  if (!(await isInstalled('testssl'))) return absent('testssl', 'deep_vs_testssl_time')
  const quiet = ['--quiet', '--color', '0', '--warnings', 'off', '--nodns', 'none']
  const once = await timed(lab, ['testssl', ...quiet, '--starttls', 'smtp', placeOf(lab)], isTested)
  return {
    rates: { testssl_seconds: spread([once.seconds]), testssl_connections: spread([once.connections]) },
    ratios: { deep_vs_testssl_time: spread(ours.map(({ seconds }) => once.seconds / seconds)) },
    notes: [
      'deep_vs_testssl_time: seconds of one full `testssl` over seconds of `sealpost check --deep` with its probes: how many times as quick we are',
    ],
  }
}

function absent(program: string, ratios: string): Comparison {
  return { rates: {}, ratios: {}, notes: [`${program} is not installed: ${ratios} left out`] }
}

async function isInstalled(program: string): Promise<boolean> {
  return (await run(['bash', '-c', 'command -v "$1"', 'find', program])).status === 0
}

function placeOf(lab: Lab, port = 25): string {
  return `${lab.server(name).host.address}:${port}`
}

/** The first time warms up disk and server, and is not counted. */
async function repeat<T>(runs: number, task: () => Promise<T>): Promise<T[]> {
  await task()
  const results: T[] = []
  for (let number = 0; number < runs; number++) results.push(await task())
  return results
}

function isSuccess(status: number): boolean {
  return status === 0
}

/** What `sealpost check` ends with when it did its work, whatever it found. */
function isExamined(status: number): boolean {
  return [0, 1, 3].includes(status)
}

/** testssl ends with the number of its findings; from 240 on with a trouble of its own. */
function isTested(status: number): boolean {
  return status < 240
}

async function timed(lab: Lab, command: readonly string[], isFine = isSuccess): Promise<Cost> {
  const before = await countConnections(lab)
  const start = performance.now()
  const { stdout, stderr, status } = await lab.run(command, { timeout: 900_000 })
  const seconds = (performance.now() - start) / 1000
  if (status === null || !isFine(status)) throw new Error(`${command.join(' ')} ended with ${status}: ${stderr}`)
  return { seconds, connections: (await countConnections(lab)) - before, stdout }
}

/** By the server's log, once it has seen the end of each of them. */
async function countConnections(lab: Lab): Promise<number> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const log = await lab.server(name).readLog()
    const opened = log.match(/\]: connect from /g)?.length ?? 0
    const closed = log.match(/\]: disconnect from /g)?.length ?? 0
    if (opened === closed) return opened
    if (Date.now() > deadline) throw new Error(`${opened - closed} connections are not closed`)
    await delay(20)
  }
}

/** As the examination counts them itself; both counts must agree, or a part of the ratio would be missing. */
function readConnections({ stdout, connections }: Cost): { readonly survey: number; readonly probes: number } {
  const { results } = JSON.parse(stdout) as {
    results: { hosts: { connections?: { survey: number; probes: number } }[] }[]
  }
  const told = results[0]?.hosts[0]?.connections
  if (!told) throw new Error('the document does not say how many connections were opened')
  if (told.survey + told.probes !== connections)
    throw new Error(`the document tells of ${told.survey + told.probes} connections, the server of ${connections}`)
  return told
}
