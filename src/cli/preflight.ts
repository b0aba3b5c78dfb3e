import {
  type Campaign,
  checkTemplates,
  createHeaderGuard,
  freezeCampaign,
  readSigningKeys,
  resolveCredentials,
} from '../campaign/index.ts'
import { SealpostError } from '../errors.ts'
import { type CheckContext, type CheckResult, examine } from '../check/index.ts'
import { markDuplicates, openList, rememberInMemory } from '../list/index.ts'
import { forEachLimited } from '../parallel.ts'
import { type Decision, type HostMemory, type Policy, decideDelivery, decideDemand, plainGround } from '../policy/index.ts'
import type { Preflight, PreflightLine } from '../report/index.ts'
import type { Settings } from '../settings/index.ts'
import type { Progress } from './progress.ts'
import { guardRows, readSamples } from './sampleRow.ts'
import { createPolicy } from './wiring.ts'

/** Destinations examined at a time. */
const concurrency = 20

/** Looks at the list, the templates and every destination, and sends nothing. */
export async function makePreflight(
  campaign: Campaign,
  settings: Settings,
  context: CheckContext,
  memory: HostMemory,
  progress: Progress,
): Promise<Preflight> {
  const list = await openList(campaign.list, campaign)
  const frozen = await freezeCampaign(campaign)
  await checkTemplates(frozen, list.columns, await readSamples(list))
  await resolveCredentials(campaign, process.env)
  await readSigningKeys(campaign.dkim ?? settings.dkim, campaign.from)
  const counted = await countByDomain(guardRows(list.rows(), createHeaderGuard(frozen)))
  if (counted.list.recipients === 0) {
    const [first] = counted.list.sample
    const what = first && `No row of the list can be sent to; line ${first.line}: ${first.why}`
    throw new SealpostError('SP_LIST_NO_RECIPIENT', { where: campaign.list, ...(what === undefined ? {} : { what }) })
  }
  const domains = [...counted.domains].toSorted((a, b) => b[1] - a[1])
  const relay = campaign.route.kind === 'relay' ? campaign.route : undefined
  // By way of a relay there is one hop that we see, whatever the recipient's domain.
  const hop = relay
    ? await examine(
        {
          kind: 'host',
          text: relay.host,
          host: relay.host,
          service: { protocol: 'smtp', port: relay.port, security: relay.security, login: true },
          source: 'user',
        },
        context,
      )
    : undefined
  const decide = createPolicy(campaign, settings, context.sts)
  const destinations: PreflightLine[] = []
  await forEachLimited(domains, concurrency, async ([domain, recipients], index) => {
    // In this order: an examination asks anew for a kept policy that does not name a host, as sending does.
    const result = hop ?? (await examine({ kind: 'domain', text: domain, domain }, context))
    const policy = await decide(domain)
    destinations[index] = {
      domain,
      recipients,
      level: policy.level,
      verdict: result.verdict,
      grade: result.grade,
      ...(await foresee(result, policy, relay, memory)),
    }
    progress.show(destinations.filter(Boolean).length, domains.length, domain)
  })
  progress.clear()
  const summary = { send: 0, hold: 0, later: 0, fail: 0 }
  for (const line of destinations) summary[line.decision] += line.recipients
  return {
    campaign: campaign.name,
    level: campaign.level,
    relay: relay && `${relay.host}:${relay.port}`,
    list: counted.list,
    summary,
    destinations,
  }
}

/** Sending takes the first host that is good enough, so the best of them decides. */
async function foresee(
  result: CheckResult,
  policy: Policy,
  relay: { readonly host: string } | undefined,
  memory: HostMemory,
): Promise<Pick<PreflightLine, 'decision' | 'words'>> {
  const decisions: Decision[] = []
  for (const one of result.hosts) {
    const ground = one.standing?.ground ?? plainGround(relay !== undefined)
    const remembered = await memory.recall(relay?.host ?? one.mx)
    decisions.push(decideDelivery(decideDemand(policy, { ...ground, memory: remembered }), one, one.tls))
  }
  if (result.hosts.length === 0)
    decisions.push(decideDelivery(decideDemand(policy, plainGround(relay !== undefined)), result, undefined))
  for (const [kind, decision] of [
    ['deliver', 'send'],
    ['hold', 'hold'],
    ['defer', 'later'],
    ['fail', 'fail'],
  ] as const) {
    const found = decisions.find((one) => one.kind === kind)
    if (found) return { decision, words: found.kind === 'deliver' ? result.words : found.reason }
  }
  return { decision: 'later', words: result.words }
}

async function countByDomain(
  rows: ReturnType<Awaited<ReturnType<typeof openList>>['rows']>,
): Promise<{ list: Preflight['list']; domains: Map<string, number> }> {
  const domains = new Map<string, number>()
  const list = { recipients: 0, duplicates: 0, invalid: 0, sample: [] as { line: number; why: string }[] }
  for await (const row of markDuplicates(rows, rememberInMemory())) {
    if (row.kind === 'duplicate') list.duplicates += 1
    else if (row.kind === 'recipient') {
      list.recipients += 1
      domains.set(row.address.domain, (domains.get(row.address.domain) ?? 0) + 1)
    } else {
      list.invalid += 1
      if (list.sample.length < 20) list.sample.push({ line: row.line, why: row.why })
    }
  }
  return { list, domains }
}
