import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { loadCampaign } from '../../src/campaign/index.ts'
import { systemClock } from '../../src/clock.ts'
import { createExamination, depths } from '../../src/cli/wiring.ts'
import { makePreflight } from '../../src/cli/preflight.ts'
import type { DnsAnswer, Resolver } from '../../src/dns/index.ts'
import { createHostMemory } from '../../src/policy/index.ts'
import { loadSettings } from '../../src/settings/index.ts'
import { Trust } from '../../src/tls/index.ts'
import { spread } from '../measure.ts'
import type { Part } from '../send/part.ts'

const runs = 3
const rows = 1_000_000
const domains = 50_000
/** Sets of mail servers that the domains share. */
const sites = 500

/** A pre-flight's own work: DNS answers at once, and no mail server can be reached. */
export async function benchPreflight(): Promise<Part> {
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-bench-'))
  try {
    await writeFiles(folder)
    const settings = await loadSettings(join(folder, 'sealpost.yaml'))
    const campaign = await loadCampaign(join(folder, 'campaign.yaml'))
    const seconds: number[] = []
    let asked = 0
    let dialled = 0
    for (let run = 0; run < runs; run++) {
      const resolver = createFakeResolver()
      let dials = 0
      const dialer = async () => {
        dials++
        return { kind: 'unreachable', cause: 'refused', detail: 'nobody is there' } as const
      }
      const network = { resolver, trust: new Trust([]), dialer, names: ['mail.shop.com'] }
      const context = createExamination(settings, network, { ...depths.verdict, retryMs: [] })
      const memory = createHostMemory(() => systemClock.now())
      const started = performance.now()
      const { list } = await makePreflight(campaign, settings, context, memory, quiet)
      seconds.push((performance.now() - started) / 1000)
      if (list.recipients !== rows) throw new Error(`${list.recipients} recipients were counted`)
      asked = resolver.count()
      dialled = dials
    }
    return {
      runs,
      rates: { preflight_seconds: spread(seconds) },
      ratios: {},
      notes: [
        `preflight_seconds: ${rows} recipients over ${domains} domains behind ${sites} sets of servers; DNS answers at once, connections are refused at once`,
        `${asked} DNS questions and ${dialled} connections in a run: by domain and by server, not by recipient`,
        `peak of memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB, the keys that find duplicates among it`,
      ],
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

const quiet = { visible: false, show: () => undefined, clear: () => undefined }

async function writeFiles(folder: string): Promise<void> {
  await writeFile(join(folder, 'sealpost.yaml'), 'data: ./data\ncompliance: { addresses: [192.0.2.25] }\n')
  await writeFile(join(folder, 'message.txt'), 'Hello {{ name }}\n')
  await writeFile(
    join(folder, 'campaign.yaml'),
    'name: spring\nlist: ./list.csv\nfrom: Shop <news@shop.com>\nsubject: Hello\ntext: ./message.txt\n',
  )
  const out = createWriteStream(join(folder, 'list.csv'))
  out.write('email,name\n')
  for (let at = 0; at < rows; at += 10_000) {
    const lines = Array.from(
      { length: 10_000 },
      (_, index) => `person${at + index}@d${(at + index) % domains}.com,Name ${at + index}\n`,
    )
    if (!out.write(lines.join(''))) await once(out, 'drain')
  }
  out.end()
  await once(out, 'close')
}

function createFakeResolver(): Resolver & { count(): number } {
  let asked = 0
  const found = <T>(records: readonly T[], canonical: string): DnsAnswer<T> => ({
    kind: 'records',
    records,
    authenticated: false,
    ttl: 60,
    canonical,
  })
  const query = async (name: string, type: string): Promise<DnsAnswer<unknown>> => {
    asked++
    if (type === 'MX')
      return found([{ preference: 10, exchange: `mx${Number(/\d+/.exec(name)?.[0] ?? 0) % sites}.host.net` }], name)
    if (type === 'A')
      return found([`5.45.${Number(/\d+/.exec(name)?.[0] ?? 0) >> 8}.${Number(/\d+/.exec(name)?.[0] ?? 0) & 255}`], name)
    return { kind: 'nodata', authenticated: false }
  }
  // Each type is answered with records of its own.
  return { query: query as Resolver['query'], trust: { kind: 'untrusted', reason: 'it is made up' }, count: () => asked }
}
