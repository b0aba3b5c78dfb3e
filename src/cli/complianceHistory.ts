import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type HistoryFacts, type VolumeFacts, findReceiver } from '../compliance/index.ts'
import { findOrganisation } from '../dmarc/index.ts'
import type { Settings } from '../settings/index.ts'
import { parseMailbox } from '../smtp/index.ts'
import { type SentVolume, SqliteBounceLedger, ledgerName } from '../store/index.ts'
import { openReader } from './scheduled.ts'

const day = 86_400_000

/**
 * What was sent in the name of one organisation, and what came back; undefined where nothing was sent from this data folder.
 * Read beside a campaign that is being sent; nothing is written.
 */
export function readHistory({ data }: Settings, domain: string, now: number): HistoryFacts | undefined {
  using queue = openReader(data)
  if (!queue) return undefined
  const organisation = findOrganisation(domain)
  const own = (from: number, until: number): readonly SentVolume[] =>
    queue.volume(from, until).filter((one) => organisationOf(one.from) === organisation)
  const month = own(now - 30 * day, now)
  const campaigns = new Set(month.map(({ campaign }) => campaign))
  const sent = sum(month)
  const came = readTally(data, now - 30 * day, campaigns)
  return { lastDay: volume(own(now - day, now)), dayBefore: volume(own(now - 2 * day, now - day)), month: { sent, ...came } }
}

function readTally(data: string, since: number, campaigns: ReadonlySet<string>): { hardBounces: number; complaints: number } {
  const came = { hardBounces: 0, complaints: 0 }
  if (!existsSync(join(data, ledgerName))) return came
  using ledger = SqliteBounceLedger.open(data)
  for (const { campaign, weight, count } of ledger.tally(since))
    if (campaigns.has(campaign)) came[weight === 'hard' ? 'hardBounces' : 'complaints'] += count
  return came
}

function organisationOf(from: string): string | undefined {
  const mailbox = parseMailbox(from)
  return mailbox.kind === 'invalid' ? undefined : findOrganisation(mailbox.address.domain)
}

function volume(some: readonly SentVolume[]): VolumeFacts {
  const by = { gmail: 0, yahoo: 0, outlook: 0, all: sum(some) }
  for (const { domain, count } of some) {
    const receiver = findReceiver(domain)
    if (receiver) by[receiver.id] += count
  }
  return by
}

function sum(some: readonly SentVolume[]): number {
  return some.reduce((total, { count }) => total + count, 0)
}
