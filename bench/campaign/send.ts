import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { promisify } from 'node:util'
import { machine, spread } from '../measure.ts'
import { type Run, createFolder, runOnce, startSink } from '../send/field.ts'
import { type Part, compare, describeRuns } from '../send/part.ts'

const runs = 3
const connections = 20
/** As many as each needs for a run of seconds. */
const counts = { rsa: 5_000, ed25519: 8_000, unsigned: 8_000, nodemailer: 2_000 } as const

/** A whole campaign: from a row in the queue to a signed message that the sink has, and nodemailer doing the same without a queue. */
export async function benchCampaignSend(): Promise<Part> {
  using sink = await startSink()
  const target = { port: sink.port, ca: sink.ca, connections }
  const keys = makeKeys()
  const send = async (key: 'rsa' | 'ed25519' | 'unsigned', evidence = false): Promise<Run> => {
    using folder = createFolder()
    const privateKey = key === 'unsigned' ? {} : { privateKey: keys[key] }
    const run = await runOnce(
      { ...target, ...privateKey, contender: 'campaign', evidence, folder: folder.path, rows: counts[key] },
      sink,
      counts[key],
    )
    return run
  }
  const contenders: Readonly<Record<string, () => Promise<Run>>> = {
    campaign_rsa2048: async () => send('rsa'),
    // Right behind, so that the two see the same machine.
    campaign_recorded: async () => send('rsa', true),
    campaign_ed25519: async () => send('ed25519'),
    campaign_unsigned: async () => send('unsigned'),
    campaign_nodemailer: async () =>
      runOnce(
        { ...target, contender: 'nodemailer-campaign', count: counts.nodemailer, privateKey: keys.rsa },
        sink,
        counts.nodemailer,
      ),
  }
  const taken: Record<string, Run[]> = {}
  const limits: number[] = []
  const signingMs: number[] = []
  for (let run = 0; run < runs; run++) {
    // Right before and right after, so that whatever else the machine does weighs on both alike.
    const before = await measureSigning('together')
    for (const [name, measure] of Object.entries(contenders)) {
      ;(taken[name] ??= []).push(await measure())
      if (name === 'campaign_rsa2048') limits.push((before + (await measureSigning('together'))) / 2)
    }
    signingMs.push(1_000 / (await measureSigning('alone')))
  }
  const {
    campaign_rsa2048: rsa = [],
    campaign_recorded: recorded = [],
    campaign_ed25519: ed25519 = [],
    campaign_nodemailer: nodemailer = [],
  } = taken
  return {
    runs,
    rates: {
      ...(Object.assign({}, ...Object.entries(taken).map(([name, found]) => describeRuns(name, found))) as Part['rates']),
      rsa2048_limit: spread(limits),
      rsa2048_cpu_ms: spread(signingMs),
    },
    ratios: {
      send_with_vs_without: compare(recorded, rsa, 'rate'),
      cpu_with_vs_without: compare(recorded, rsa, 'cpuMs'),
      vs_nodemailer: compare(rsa, nodemailer, 'rate'),
      cpu_vs_nodemailer: compare(rsa, nodemailer, 'cpuMs'),
      vs_rsa_limit: spread(rsa.map(({ rate }, index) => rate / (limits[index] ?? Number.NaN))),
      rsa_share_of_cpu: spread(rsa.map(({ cpuMs }, index) => (signingMs[index] ?? Number.NaN) / cpuMs)),
      ed25519_vs_rsa: compare(ed25519, rsa, 'rate'),
    },
    notes: [
      `send: a newsletter of text and HTML, six columns, over ${connections} connections, TLS 1.3 with a verified certificate, one DKIM signature; RSA ${counts.rsa} a run, Ed25519 ${counts.ed25519}, unsigned ${counts.unsigned}, nodemailer ${counts.nodemailer}; each contender in a process of its own, the sink in another on the same cores`,
      'rates: messages a second from the first that the sink took until the contender was done with the last; cpu_ms: CPU a message, all threads; peak_mb: resident',
      'campaign: Liquid, MIME and signature when a message has its turn, each settled in the queue on disk; taking the list in is not counted; no evidence log',
      'campaign_recorded: campaign_rsa2048 with the evidence, signed and on the disk before a message is settled; send_with_vs_without compares the two',
      'campaign_nodemailer: liquidjs with templates parsed once, its composer, its RSA signature, its pool; no queue',
      `rsa2048_limit: openssl speed -elapsed -multi ${machine.cores} rsa2048, signatures a second by the clock on every core, before and after each run; rsa2048_cpu_ms: CPU of one signature, which does not depend on what else the machine does; rsa_share_of_cpu: how much of our CPU a message is that`,
    ],
  }
}

function makeKeys() {
  const privateKeyEncoding = { type: 'pkcs8', format: 'pem' } as const
  const publicKeyEncoding = { type: 'spki', format: 'pem' } as const
  return {
    rsa: generateKeyPairSync('rsa', { modulusLength: 2_048, privateKeyEncoding, publicKeyEncoding }).privateKey,
    ed25519: generateKeyPairSync('ed25519', { privateKeyEncoding, publicKeyEncoding }).privateKey,
  }
}

/** Signatures a second: of all cores together by the clock, or of one for each second of its CPU. */
async function measureSigning(how: 'together' | 'alone'): Promise<number> {
  const together = how === 'together' ? ['-elapsed', '-multi', String(machine.cores)] : []
  const { stdout } = await promisify(execFile)('openssl', ['speed', '-seconds', '2', ...together, 'rsa2048'])
  const [, rate] = /^rsa\s+2048 bits\s+[\d.]+s\s+[\d.]+s\s+([\d.]+)/m.exec(stdout) ?? []
  if (rate === undefined) throw new Error(`openssl speed says something else: ${stdout.slice(0, 500)}`)
  return Number(rate)
}
