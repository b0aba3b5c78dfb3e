import type { Campaign } from '../campaign/index.ts'
import { systemClock } from '../clock.ts'
import type { SecondHopFacts, SwitchFacts } from '../compliance/index.ts'
import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import {
  type CallLimits,
  type Endpoint,
  type Environment,
  type Provider,
  type Session,
  explainUnread,
  nameHolder,
  printSettings,
  resolveKey,
  switchProviders,
  usualLimits,
} from '../esp/policy/index.ts'
import type { Settings } from '../settings/index.ts'
import { parseMailbox } from '../smtp/index.ts'
import { type Looked, lookAtSwitches } from './lookAtSwitches.ts'
import { findRegion, findRelayProvider } from './relayProvider.ts'

/** What is around the question to a provider; tests put their own in its place. */
export interface ApiSurroundings {
  readonly env: Environment
  /** Where the API is, if not where the provider has it. */
  readonly endpoint?: Endpoint
  readonly limits: CallLimits
  readonly now: () => number
}

/** Who does not want to hear of it does not have the provider asked. */
const rule = 'tls-second-hop'

type Sent = Pick<Campaign, 'route' | 'login' | 'from' | 'headers'>

/**
 * Asks the provider that a campaign goes through what its switch for the second hop is set to, where its API is known and
 * there is a key in the environment. Nothing is changed. Undefined where there is nothing to ask.
 */
export async function askProvider(
  campaign: Sent,
  { compliance }: Pick<Settings, 'compliance'>,
  around: ApiSurroundings = { env: process.env, limits: usualLimits, now: () => systemClock.now() },
): Promise<SecondHopFacts | undefined> {
  const { route } = campaign
  if (compliance.off.includes(rule)) return undefined
  const known = route.kind === 'relay' ? findRelayProvider(route) : undefined
  const provider = switchProviders.find(({ id }) => id === known?.id)
  if (!known || !provider || route.kind !== 'relay') return undefined
  const own = provider.overruledBy?.find((name) => findHeader(campaign, name) !== undefined)
  if (own !== undefined)
    return { kind: 'unread', why: `the campaign's own header ${own} decides for its messages, whatever the switch says` }
  const region = findRegionOf(provider, findRegion(known, route.host), around.env)
  if (region === undefined) return { kind: 'unread', why: `it is not known in which region of ${provider.name} the account is` }
  try {
    const session: Session = {
      provider,
      key: resolveKey(provider.name, provider.variables, around.env),
      region,
      endpoint: around.endpoint ?? { base: provider.baseUrl(region) },
      limits: around.limits,
      now: around.now,
    }
    const named = nameOf(provider, campaign)
    return describe(session, named, await lookAtSwitches(session, named))
  } catch (error) {
    if (error instanceof SealpostError && error.code === 'SP_API_KEY_MISSING')
      return { kind: 'unread', why: `${provider.name} was not asked: ${lowerFirst(error.what)}` }
    throw error
  }
}

function findRegionOf(provider: Provider, ofHost: string | undefined, env: Environment): string | undefined {
  const { usual, variable, known } = provider.regions
  const region = ofHost ?? (variable === undefined ? undefined : env[variable]) ?? usual
  return region !== undefined && known(region) ? region : undefined
}

/** What of the account the campaign's messages belong to; undefined where that is not said, or it is the account itself. */
function nameOf(provider: Provider, campaign: Sent): string | undefined {
  switch (provider.holder) {
    case 'account':
      return undefined
    case 'configuration set': {
      const set = findHeader(campaign, 'X-SES-CONFIGURATION-SET')
      return set !== undefined && provider.nameHolder(set) ? set : undefined
    }
    case 'domain':
      // Mailgun's log-ins are `name@domain`, of the domain that is sent for.
      return domainOf(campaign.login?.user.kind === 'literal' ? campaign.login.user.value : '') ?? domainOf(campaign.from)
  }
}

function domainOf(mailbox: string): string | undefined {
  const parsed = parseMailbox(mailbox)
  return parsed.kind === 'invalid' ? undefined : parsed.address.domain
}

/** A header that the campaign file has, and that is the same for everybody. */
function findHeader({ headers }: Sent, name: string): string | undefined {
  const [, found] = Object.entries(headers).find(([one]) => one.toLowerCase() === name.toLowerCase()) ?? []
  return found && !/\{[{%]/.test(found.source) ? found.source.trim() : found && ''
}

function describe(
  session: Session,
  named: string | undefined,
  { looked, more }: { readonly looked: readonly Looked[]; readonly more: boolean },
): SecondHopFacts {
  const { provider, key } = session
  const unread = looked.flatMap(({ result }) => (result.kind === 'unread' ? [explainUnread(result, provider.name)] : []))
  const switches = looked.flatMap(({ result }): SwitchFacts[] => {
    if (result.kind === 'unread') return []
    const { holder, settings, level } = result
    return [{ holder: key.hide(nameHolder(holder)), settings: key.hide(printSettings(settings)), level }]
  })
  const [first] = unread
  const of = named === undefined ? '' : `${provider.holder} ${visible(named, 253)}: `
  if (first !== undefined && !switches.some(({ level }) => level === 'opportunistic'))
    return { kind: 'unread', why: key.hide(`${of}${first}`) }
  return {
    kind: 'read',
    switches,
    // A configuration set counts for the messages that are sent with it; which that is, only the header says.
    certain: !more && (provider.holder !== 'configuration set' || named !== undefined),
    limit: provider.limits[0] ?? '',
    command: key.hide(`sealpost esp policy ${provider.id}${optionOf(session, named)}`),
  }
}

function optionOf({ provider, region }: Session, named: string | undefined): string {
  const option = provider.holder === 'domain' ? '--domain' : '--configuration-set'
  const which = named === undefined ? '' : ` ${option} ${visible(named, 253)}`
  return `${which}${provider.regions.usual === region ? '' : ` --region ${region}`}`
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
