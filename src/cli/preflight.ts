import {
  type Campaign,
  type FrozenCampaign,
  checkTemplates,
  createHeaderGuard,
  describePart,
  resolveCredentials,
} from '../campaign/index.ts'
import { type CheckContext, type CheckResult, examine } from '../check/index.ts'
import { ListSurvey } from '../compliance/index.ts'
import { SealpostError } from '../errors.ts'
import { createSeen, markDuplicates } from '../list/index.ts'
import { forEachLimited } from '../parallel.ts'
import { type Decision, type HostMemory, type Policy, decideDelivery, decideDemand, plainGround } from '../policy/index.ts'
import type { Preflight, PreflightLine } from '../report/index.ts'
import type { Settings } from '../settings/index.ts'
import { boundYoungHeap } from '../youngHeap.ts'
import { examineCompliance } from './compliance.ts'
import { openCampaign } from './openCampaign.ts'
import type { Progress } from './progress.ts'
import type { Recipients } from './recipients.ts'
import { guardRows, readSamples } from './sampleRow.ts'
import { type ApiSurroundings, askProvider } from './secondHop.ts'
import { openSource } from './source.ts'
import { createPolicy } from './wiring.ts'

/** Destinations examined at a time. */
const concurrency = 20

/** Rows that are named as left out. */
const maxNamed = 20

/** Looks at the list, the templates, the sender and every destination, and sends nothing. */
export async function makePreflight(
  campaign: Campaign,
  settings: Settings,
  context: CheckContext,
  memory: HostMemory,
  progress: Progress,
  around?: ApiSurroundings,
): Promise<Preflight> {
  using _ = boundYoungHeap()
  using opened = await openCampaign(campaign, settings)
  const { frozen, list } = opened
  await checkTemplates(frozen, list.columns, await readSamples(list))
  await resolveCredentials(campaign, process.env)
  const source = await openSource(frozen, settings, 'samples')
  const { survey, invalid } = await surveyList(list, frozen)
  const writtenAt = await list.writtenAt()
  const facts = survey.facts(writtenAt)
  if (facts.recipients === 0) {
    const [first] = invalid
    const what = first && `No row of the list can be sent to; line ${first.line}: ${first.why}`
    throw new SealpostError('SP_LIST_NO_RECIPIENT', { where: campaign.list, ...(what === undefined ? {} : { what }) })
  }
  const destinations = await foreseeAll(survey.domains, campaign, settings, context, memory, progress)
  const summary = { send: 0, hold: 0, later: 0, fail: 0 }
  for (const line of destinations) summary[line.decision] += line.recipients
  const secondHop = await askProvider(campaign, settings, around)
  const examined = { campaign, frozen, source, survey, writtenAt, foreseen: summary, secondHop }
  const compliance = await examineCompliance(examined, settings, context.resolver)
  return {
    campaign: campaign.name,
    level: campaign.level,
    relay: campaign.route.kind === 'relay' ? `${campaign.route.host}:${campaign.route.port}` : undefined,
    secondHop,
    list: {
      part: describePart(frozen) ?? null,
      recipients: facts.recipients,
      duplicates: facts.duplicates,
      invalid: facts.invalid,
      sample: invalid,
    },
    summary,
    destinations,
    verdict: compliance.verdict,
    compliance,
  }
}

/** What would become of each domain's recipients. Hosts are dialled once, whatever the number of domains behind them. */
async function foreseeAll(
  counted: ReadonlyMap<string, number>,
  campaign: Campaign,
  settings: Settings,
  context: CheckContext,
  memory: HostMemory,
  progress: Progress,
): Promise<readonly PreflightLine[]> {
  const domains = [...counted].toSorted((a, b) => b[1] - a[1])
  const relay = campaign.route.kind === 'relay' ? campaign.route : undefined
  // By way of a relay there is one hop that we see, whatever the recipient's domain.
  const hop = relay
    ? await examine(
        {
          kind: 'host',
          text: relay.host,
          host: relay.host,
          service: { protocol: relay.protocol ?? 'smtp', port: relay.port, security: relay.security, login: true },
          source: 'user',
        },
        context,
      )
    : undefined
  const decide = createPolicy(campaign, settings, context.sts)
  const destinations: PreflightLine[] = []
  let done = 0
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
    progress.show(++done, domains.length, domain)
  })
  progress.clear()
  return destinations
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

/** Reads the list through once, row by row. */
async function surveyList(
  list: Recipients,
  frozen: FrozenCampaign,
): Promise<{ survey: ListSurvey; invalid: readonly { line: number; why: string }[] }> {
  const survey = new ListSurvey(list, Math.random)
  const invalid: { line: number; why: string }[] = []
  for await (const row of markDuplicates(guardRows(list.rows(), createHeaderGuard(frozen)), createSeen())) {
    survey.add(row)
    if (row.kind === 'invalid' && invalid.length < maxNamed) invalid.push({ line: row.line, why: row.why })
  }
  return { survey, invalid }
}
