import { networkInterfaces } from 'node:os'
import { type Campaign, type FrozenCampaign, createLinkFinder } from '../campaign/index.ts'
import { systemClock } from '../clock.ts'
import {
  type Compliance,
  type ComplianceChoice,
  type LinkFacts,
  type ListSurvey,
  type RouteFacts,
  type SampleFacts,
  type SampleRow,
  type SecondHopFacts,
  type SenderFacts,
  type TrackingFacts,
  checkCompliance,
  gatherDns,
  readSample,
  rules,
} from '../compliance/index.ts'
import { type SignatureCheck, verifySignatures } from '../dkim/index.ts'
import { type Resolver, isSpecialAddress } from '../dns/index.ts'
import { SealpostError, errorRegistry } from '../errors.ts'
import { sendingProviders } from '../provider/index.ts'
import type { MessageSource, QueueItem, Rendered } from '../queue/index.ts'
import { findNearest } from '../nearest.ts'
import type { Settings } from '../settings/index.ts'
import { parseMailbox } from '../smtp/index.ts'
import { checkLinks } from './checkLinks.ts'
import { readHistory } from './complianceHistory.ts'
import { findRelayProvider } from './relayProvider.ts'

/** A campaign as it would be sent, and the rows of its list as they were seen. */
export interface Examined {
  readonly campaign: Campaign
  readonly frozen: FrozenCampaign
  /** The very source that sending takes its messages from, signatures and all. */
  readonly source: MessageSource
  readonly survey: ListSurvey
  /** Milliseconds since the epoch: when the list was imported or last written. */
  readonly writtenAt: number
  readonly foreseen?: RouteFacts['foreseen']
  /** What the provider says of its switch, where it was asked. */
  readonly secondHop?: SecondHopFacts | undefined
}

/** Holds a campaign against the rules: makes the samples, asks DNS about the sender, follows a link, reads what was sent before. */
export async function examineCompliance(
  examined: Examined,
  settings: Settings,
  resolver: Resolver,
  addresses: readonly string[] = listOwnAddresses(settings),
): Promise<Compliance> {
  const choice = readChoice(settings)
  const { campaign, frozen, source, survey } = examined
  const now = systemClock.now()
  const made = await makeSamples(source, survey.samples, frozen, now)
  const sender = describeSender(campaign, frozen, made.reversePath)
  const route = describeRoute(campaign, examined.foreseen, examined.secondHop)
  const includes = sendingProviders.find(({ id }) => id === route.provider?.id)?.spf
  const dns = await gatherDns({
    resolver,
    sender,
    helo: settings.hostname,
    addresses: addresses.length > 0 ? addresses : { unknown: addressesUnknown },
    includes,
  })
  const facts = {
    now,
    sender,
    route,
    list: survey.facts(examined.writtenAt),
    samples: made.samples,
    unmade: made.unmade,
    signatures: await readSignatures(made.first, resolver),
    dns,
    link: await followLink(frozen, settings, resolver),
    tracking: describeTracking(frozen, settings, survey.samples),
    history: readHistory(settings, sender.domain, now),
  }
  return checkCompliance(facts, choice)
}

const addressesUnknown =
  'the addresses that mail leaves from are not known: this machine has private ones alone. Name them in the settings (compliance.addresses)'

/** @throws SealpostError SP_SETTINGS_INVALID for a rule that there is not */
function readChoice({ compliance: { off, level } }: Settings): ComplianceChoice {
  const known = rules.map(({ id }) => id)
  const unknown = off.find((id) => !known.includes(id))
  if (unknown === undefined) return { off, level }
  const nearest = findNearest(unknown, known)
  const what = `compliance.off names ${unknown}, which is no rule${nearest === undefined ? '' : `; did you mean ${nearest}?`}`
  throw new SealpostError('SP_SETTINGS_INVALID', { what, next: 'docs/compliance.md lists every rule.' })
}

interface Samples {
  readonly samples: readonly SampleFacts[]
  readonly unmade: readonly { readonly line: number; readonly why: string }[]
  /** The first of them as it would be sent. */
  readonly first: Buffer | undefined
  readonly reversePath: string | undefined
}

async function makeSamples(
  source: MessageSource,
  rows: readonly SampleRow[],
  frozen: FrozenCampaign,
  now: number,
): Promise<Samples> {
  const samples: SampleFacts[] = []
  const unmade: { line: number; why: string }[] = []
  let first: Buffer | undefined
  let reversePath: string | undefined
  for (const { line, address, columns } of rows) {
    const domain = address.slice(address.lastIndexOf('@') + 1)
    const item = {
      // None in the queue has this number yet, or its token is signed by another key: what comes back to it is of no message.
      id: 1,
      campaign: frozen.name,
      domainId: 0,
      domain,
      address,
      addressKey: address,
      columns: JSON.stringify(columns),
      key: new Uint8Array(32),
      attempt: 1,
      createdAt: now,
      firstTriedAt: undefined,
      leaf: undefined,
      begunAt: undefined,
    }
    const rendered = await renderOne(source, item)
    if (typeof rendered === 'string') {
      unmade.push({ line, why: rendered })
      continue
    }
    first ??= rendered.raw
    reversePath ??= rendered.from
    const sample = readSample(line, rendered.raw)
    if (sample) samples.push(sample)
  }
  return { samples, unmade, first, reversePath }
}

/** The message; or why there is none, where that is the row's fault: the others are not kept from their messages by it. */
async function renderOne(source: MessageSource, item: QueueItem): Promise<Rendered | string> {
  try {
    return await source.render(item)
  } catch (error) {
    const scope = error instanceof SealpostError ? errorRegistry[error.code].scope : undefined
    if (error instanceof SealpostError && (scope === 'message' || scope === 'recipient')) return error.what
    throw error
  }
}

/** A campaign with links and no base is refused before it comes here. */
async function followLink(
  { unsubscribe }: FrozenCampaign,
  settings: Settings,
  resolver: Resolver,
): Promise<LinkFacts | undefined> {
  const { baseUrl } = settings.server
  if (!unsubscribe || baseUrl === undefined) return undefined
  return { baseUrl, answer: await checkLinks(baseUrl, settings, resolver) }
}

async function readSignatures(first: Buffer | undefined, resolver: Resolver): Promise<readonly SignatureCheck[]> {
  return first === undefined ? [] : verifySignatures(first, resolver)
}

function describeSender(campaign: Campaign, frozen: FrozenCampaign, reversePath: string | undefined): SenderFacts {
  const from = parseMailbox(frozen.from)
  if (from.kind === 'invalid') throw new SealpostError('SP_ADDRESS_INVALID', { what: `The sender is malformed: ${from.why}` })
  const { text, domain } = from.address
  const path = frozen.bounces ?? reversePath ?? ''
  const envelope = parseMailbox(path === '' ? text : path)
  return {
    name: from.name,
    address: text,
    domain,
    replyTo: frozen.replyTo,
    envelopeDomain: envelope.kind === 'invalid' ? domain : envelope.address.domain,
    identity: campaign.identity,
  }
}

/** What is counted, and where the links lead behind the counter: other rules judge by that. */
function describeTracking(
  frozen: FrozenCampaign,
  { server: { baseUrl } }: Settings,
  rows: readonly SampleRow[],
): TrackingFacts | undefined {
  const { tracking, unsubscribe } = frozen
  if (!tracking || baseUrl === undefined) return undefined
  const finder = createLinkFinder(frozen)
  const way = unsubscribe && { unsubscribe: { url: baseUrl, headers: {} } }
  const targets = rows.flatMap(({ address, columns }) => {
    try {
      return finder.list({ address, columns, ...way })
    } catch (error) {
      // Told by the rule about rows of which no message can be made.
      if (error instanceof SealpostError) return []
      throw error
    }
  })
  return {
    clicks: tracking.links !== undefined,
    opens: tracking.opens === true,
    consent: tracking.consent,
    baseUrl,
    targets: [...new Set(targets)],
  }
}

function describeRoute(
  { route, level }: Campaign,
  foreseen: RouteFacts['foreseen'],
  secondHop: SecondHopFacts | undefined,
): RouteFacts {
  if (route.kind === 'direct') return { kind: 'direct', level, host: undefined, provider: undefined, foreseen }
  const known = findRelayProvider(route)
  const outbound = known?.outbound
  const provider = known && {
    id: known.id,
    name: known.name,
    switch: outbound && `its switch is ${outbound.option}, by default ${outbound.byDefault}`,
    secondHop,
  }
  return { kind: 'relay', level, host: route.host, provider, foreseen }
}

/** Addresses of this machine that mail can leave from, as far as they are not private. */
function listOwnAddresses({ compliance, network }: Settings): readonly string[] {
  if (compliance.addresses.length > 0) return compliance.addresses
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(
      ({ address, family, internal }) =>
        !internal && !isSpecialAddress(address) && (family === 'IPv4' || network.ipv6 === 'auto'),
    )
    .map(({ address }) => address)
}
