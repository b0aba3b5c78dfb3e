import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkTemplates, loadCampaign, resolveCredentials } from '../campaign/index.ts'
import { systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { json, visible } from '../escape.ts'
import { addressKey, readAddress } from '../list/index.ts'
import { TicketStore, runQueue } from '../queue/index.ts'
import { type Settings, loadSettings } from '../settings/index.ts'
import { QueueDatabase, SqliteGreylistMemory, SqliteHostMemory, SqlitePolicyCache } from '../store/index.ts'
import { closeEvidence, openEvidence } from './evidence.ts'
import { type Exit, exits } from './exit.ts'
import { type Sendable, createJob } from './job.ts'
import { openCampaign } from './openCampaign.ts'
import { type Choice, findRecipient } from './sampleRow.ts'
import { createSource, readSourceParts } from './source.ts'
import { software } from './version.ts'
import { createLimits, createNetwork, createSts } from './wiring.ts'

export interface TestSendArguments extends Choice {
  readonly settings?: string
  readonly to: string
  readonly json?: boolean
}

interface TestOutcome {
  readonly schema: 'sealpost/test-send@1'
  readonly campaign: string
  readonly to: string
  readonly state: string
  readonly verdict: string
  readonly reason: string
}

/**
 * Sends one message of a campaign to oneself, under the policy of the campaign. It goes through a queue of its own, which
 * is gone afterwards, so that the campaign knows nothing of it; the evidence has it, as a test.
 */
export async function runTestSend(path: string, given: TestSendArguments): Promise<Exit> {
  const to = readAddress(given.to)
  if (to.kind === 'invalid')
    throw new SealpostError('SP_ADDRESS_INVALID', { where: visible(given.to, 100), what: `It is no address: ${to.why}` })
  const settings = await loadSettings(given.settings)
  const campaign = await loadCampaign(path)
  using opened = await openCampaign(campaign, settings)
  const { frozen, list } = opened
  const row = await findRecipient(list, campaign.list, given)
  await checkTemplates(frozen, list.columns, [row])
  const credentials = await resolveCredentials(campaign, process.env)
  // Its number is that of a queue of its own: a link or a bounce of it must not count for another message.
  // A test is not counted: its links lead where they were written to lead.
  const { trackingOf: _tracking, ...parts } = await readSourceParts(frozen, settings, 'samples')
  const name = `test of ${frozen.name}`
  // A name of its own for each test: its Message-ID and its evidence are not those of another.
  // It goes at once, whatever the pace.
  const { pace: _, ...content } = frozen
  const renamed = { ...content, name, digest: randomUUID().replaceAll('-', '') }
  const source = createSource(renamed, { ...parts, subjectPrefix: '[Test] ' })
  const test: Sendable = { frozen: renamed, credentials, source }
  const outcome = await sendTest(test, settings, {
    address: to.text,
    addressKey: addressKey(to),
    domain: to.domain,
    columns: row.columns,
  })
  const told = { schema: 'sealpost/test-send@1', campaign: frozen.name, to: to.text, ...outcome } satisfies TestOutcome
  process.stdout.write(given.json ? `${json(told)}\n` : describe(told))
  return outcome.state === 'sent' ? exits.fine : outcome.state === 'deferred' ? exits.untested : exits.below
}

interface TestRow {
  readonly address: string
  readonly addressKey: string
  readonly domain: string
  readonly columns: Readonly<Record<string, string>>
}

async function sendTest(test: Sendable, settings: Settings, row: TestRow) {
  const network = await createNetwork(settings)
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-test-'))
  try {
    // The evidence has one writer: whoever holds the queue beside it.
    await using store = await QueueDatabase.open(settings.data)
    await using queue = await QueueDatabase.open(folder)
    using cache = SqlitePolicyCache.open(settings.data)
    using memory = SqliteHostMemory.open(settings.data, systemClock)
    using greylist = SqliteGreylistMemory.open(settings.data, systemClock)
    const log = await openEvidence(settings, store)
    try {
      const { name, digest } = test.frozen
      await queue.accept({ name, digest, frozen: JSON.stringify(test.frozen), createdAt: systemClock.now() }, one(row))
      const { delivery } = settings
      await runQueue({
        ...network,
        jobs: [createJob(test, settings, createSts(settings, network, cache))],
        store: queue,
        memory,
        greylist,
        tickets: new TicketStore(),
        recorder: log,
        limits: createLimits(settings, queue),
        connections: 1,
        inFlight: 1,
        pipelining: delivery.pipelining,
        chunking: delivery.chunking === 'auto',
        timeouts: delivery.timeouts,
        shutdownMs: delivery.shutdown,
        clock: systemClock,
        random: Math.random,
        software,
        wait: false,
        signal: new AbortController().signal,
        onSettled: () => undefined,
      })
      const [line] = queue.find({ addressKey: row.addressKey })
      const outcome = { state: line?.state ?? 'waiting', verdict: line?.verdict ?? 'not-tested', reason: line?.reason ?? '' }
      const detail = { campaign: name.slice('test of '.length), digest, state: outcome.state, verdict: outcome.verdict }
      log.act({ act: 'test-sent', detail })
      return outcome
    } finally {
      await closeEvidence(log, store)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function* one(row: TestRow) {
  yield { kind: 'recipient' as const, ...row }
}

function describe({ to, state, verdict, reason }: TestOutcome): string {
  const why = reason === '' ? '' : `: ${visible(reason, 300)}`
  if (state === 'sent') return `A test was sent to ${to} (${verdict}).\n`
  return `The test to ${to} was not sent, and will not be tried again (${state}, ${verdict})${why}\n`
}
