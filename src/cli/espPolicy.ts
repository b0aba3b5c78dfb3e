import { systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { json } from '../escape.ts'
import {
  type CallLimits,
  type Documented,
  type Endpoint,
  type Environment,
  type HopLevel,
  type Provider,
  type Session,
  describeDocumented,
  documentedSwitches,
  findSwitch,
  resolveKey,
  switchProviders,
  usualLimits,
} from '../esp/policy/index.ts'
import { parseDomain } from '../smtp/index.ts'
import { confirmOnTerminal } from './confirm.ts'
import { setPolicy } from './espPolicySet.ts'
import { showPolicy } from './espPolicyShow.ts'
import { type Exit, exits } from './exit.ts'

export interface EspPolicyArguments {
  readonly domain?: string
  readonly configurationSet?: string
  readonly region?: string
  readonly set?: HopLevel
  readonly yes?: boolean
  readonly json?: boolean
}

/** What the command has around it; tests put their own in its place. */
export interface Surroundings {
  readonly env: Environment
  /** Where the API is, if not where the provider has it. */
  readonly endpoint?: Endpoint
  readonly limits: CallLimits
  readonly now: () => number
  /** Asks the person; absent where there is nobody to ask. */
  readonly confirm?: (question: string) => Promise<boolean>
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

export async function runEspPolicy(
  name: string,
  given: EspPolicyArguments,
  around: Surroundings = systemSurroundings(),
): Promise<Exit> {
  const found = findSwitch(name)
  if (!found)
    throw new SealpostError('SP_USAGE', {
      where: name.slice(0, 100),
      what: 'No provider of this name is known',
      next: `Known are ${[...switchProviders, ...documentedSwitches].map(({ id }) => id).join(', ')}.`,
    })
  if ('kind' in found) return tellDocumented(found, given, around)
  const named = readName(found, given)
  const region = readRegion(found, given.region, around.env)
  if (given.set === 'valid' && found.strongest !== 'valid')
    throw new SealpostError('SP_USAGE', { where: found.name, what: found.whyNoMore, next: 'Use --set encrypted.' })
  const session: Session = {
    provider: found,
    key: resolveKey(found.name, found.variables, around.env),
    region,
    endpoint: around.endpoint ?? { base: found.baseUrl(region) },
    limits: around.limits,
    now: around.now,
  }
  return given.set === undefined ? showPolicy(session, named, given, around) : setPolicy(session, named, given.set, given, around)
}

/** The holder that the command line names, in the provider's own form. */
function readName(provider: Provider, given: EspPolicyArguments): string | undefined {
  const { domain, configurationSet } = given
  const wrong = (what: string): SealpostError =>
    new SealpostError('SP_USAGE', { where: provider.name, what, next: 'Run sealpost esp policy --help.' })
  if (domain !== undefined && provider.holder !== 'domain')
    throw wrong(`Its switch belongs to the ${provider.holder}, not to a domain: --domain has no meaning here`)
  if (configurationSet !== undefined && provider.holder !== 'configuration set')
    throw wrong(`Its switch belongs to the ${provider.holder}: only Amazon SES has --configuration-set`)
  if (domain !== undefined) {
    const parsed = parseDomain(domain)
    if (parsed === undefined) throw wrong('What --domain names is no domain')
    return parsed
  }
  if (configurationSet !== undefined && !provider.nameHolder(configurationSet))
    throw wrong('What --configuration-set names can be no configuration set: those have letters, digits, - and _, at most 64')
  return configurationSet
}

function readRegion(provider: Provider, given: string | undefined, env: Environment): string {
  const { usual, variable, known, words } = provider.regions
  const region = given ?? ((variable && env[variable]) || usual)
  if (region !== undefined && known(region)) return region
  throw new SealpostError('SP_USAGE', {
    where: provider.name,
    what: region === undefined ? 'It is not known which region is meant' : 'There is no such region',
    next: `Use --region${variable === undefined ? '' : ` or set ${variable}`}: ${words}.`,
  })
}

function tellDocumented(documented: Documented, given: EspPolicyArguments, around: Surroundings): Exit {
  if (given.set !== undefined)
    throw new SealpostError('SP_USAGE', {
      where: documented.name,
      what: 'Its switch cannot be set from here',
      next: `Run sealpost esp policy ${documented.id} without --set to see what is known.`,
    })
  // No switch: nothing better than opportunistic can be had. A switch elsewhere: how it stands is not known.
  const exit = documented.kind === 'none' ? exits.below : exits.untested
  const { id, name, source } = documented
  around.out(
    given.json
      ? `${json({ schema: 'sealpost/esp-policy@1', provider: { id, name, source }, documented: documented.kind, ...(documented.kind === 'words' ? { words: documented.words } : {}), switches: [], exit })}\n`
      : `${describeDocumented(documented).join('\n')}\n`,
  )
  return exit
}

function systemSurroundings(): Surroundings {
  const interactive = process.stdin.isTTY && process.stderr.isTTY
  return {
    env: process.env,
    limits: usualLimits,
    now: () => systemClock.now(),
    ...(interactive ? { confirm: confirmOnTerminal } : {}),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  }
}
