import { json } from '../escape.ts'
import {
  type Holder,
  type Session,
  describeReading,
  explainLevel,
  explainUnread,
  nameHolder,
  planChange,
  reaches,
} from '../esp/policy/index.ts'
import type { EspPolicyArguments, Surroundings } from './espPolicy.ts'
import { type Exit, exits } from './exit.ts'
import { type Looked, lookAtSwitches } from './lookAtSwitches.ts'

export async function showPolicy(
  session: Session,
  named: string | undefined,
  given: EspPolicyArguments,
  around: Surroundings,
): Promise<Exit> {
  const { looked, more } = await lookAtSwitches(session, named)
  return tell(session, looked, more, given, around)
}

function tell(session: Session, looked: readonly Looked[], more: boolean, given: EspPolicyArguments, around: Surroundings): Exit {
  const exit = judgeExit(session, looked, more)
  const text = given.json
    ? `${json({ ...describeSession(session), switches: looked.map((one) => publish(session, one)), more, exit })}\n`
    : `${write(session, looked, more).join('\n')}\n`
  around.out(session.key.hide(text))
  return exit
}

/** Below goes before not known: see exit.ts. */
function judgeExit({ provider }: Session, looked: readonly Looked[], more: boolean): Exit {
  // Without a configuration set nothing demands anything of Amazon SES.
  if (looked.length === 0) return provider.holder === 'configuration set' && !more ? exits.below : exits.untested
  const levels = looked.map(({ result }) => (result.kind === 'read' ? result.level : undefined))
  if (levels.some((level) => level !== undefined && !reaches(level, 'encrypted'))) return exits.below
  return more || levels.includes(undefined) ? exits.untested : exits.fine
}

/** What is the same in every document of this command. */
export function describeSession({ provider, region }: Session): Readonly<Record<string, unknown>> {
  const { id, name, source, limits } = provider
  return { schema: 'sealpost/esp-policy@1', provider: { id, name, source }, region, evidence: 'claimed', limits }
}

export function publish({ provider }: Session, { holder, result }: Looked): Readonly<Record<string, unknown>> {
  const of = holder === undefined ? {} : { holder: { kind: holder.kind, name: holder.name } }
  if (result.kind === 'unread') return { ...of, ...result, explanation: explainUnread(result, provider.name) }
  const { settings, level } = result
  const plan = planChange(provider, result, 'encrypted')
  return {
    ...of,
    kind: 'read',
    level: level ?? null,
    settings,
    explanation: explainLevel(level, provider.name),
    ...(plan.kind === 'change' ? { proposed: { level: plan.to, changes: plan.changes } } : {}),
  }
}

function write(session: Session, looked: readonly Looked[], more: boolean): readonly string[] {
  const { provider, region } = session
  const place = provider.regions.usual === 'global' && region === 'global' ? '' : ` (${region})`
  return [
    `${provider.name}${place}: what it demands of the second hop, from itself to the recipients' servers`,
    '',
    ...looked.flatMap((one) => [...writeLooked(session, one), '']),
    ...(looked.length === 0 && !more ? [writeNone(session), ''] : []),
    ...(more ? [`There are more: name one with ${option(provider.holder)}.`, ''] : []),
    ...writeLimits(session),
    ...writeProposals(session, looked),
  ]
}

export function writeLooked({ provider }: Session, { holder, result }: Looked): readonly string[] {
  if (result.kind === 'read') return describeReading(provider, result)
  const what = holder === undefined ? 'Nothing was read' : `${nameHolder(holder)} was not read`
  return [`${what.charAt(0).toUpperCase()}${what.slice(1)}: ${explainUnread(result, provider.name)}`]
}

/** What would make the first that does not demand encryption demand it; the others go the same way. */
function writeProposals(session: Session, looked: readonly Looked[]): readonly string[] {
  for (const { result } of looked) {
    if (result.kind === 'unread') continue
    const plan = planChange(session.provider, result, 'encrypted')
    if (plan.kind === 'nothing' || (result.level !== undefined && reaches(result.level, 'encrypted'))) continue
    const changes = plan.changes.map(({ setting, to }) => `${setting}=${String(to)}`).join(', ')
    return [
      '',
      `To demand encryption (${changes}): ${command(session, result.holder)} --set encrypted`,
      ...(session.provider.strongest === 'valid'
        ? ['To demand a certificate that holds as well: the same with --set valid']
        : []),
    ]
  }
  return []
}

function writeNone({ provider, region }: Session): string {
  return provider.holder === 'configuration set'
    ? `There is no configuration set in ${region}, so nothing demands TLS: opportunistic, below encrypted.`
    : `There is no ${provider.holder} in this account (${region}), so there was nothing to read.`
}

/** What the reader should not conclude. */
export function writeLimits({ provider }: Session): readonly string[] {
  return [
    `This is the word of ${provider.name} (evidence: claimed). Sealpost saw none of these connections.`,
    ...provider.limits.map((limit) => `- ${limit}`),
    `Documentation: ${provider.source}`,
  ]
}

function option(holder: Holder['kind']): string {
  return holder === 'configuration set' ? '--configuration-set' : '--domain'
}

function command({ provider, region }: Session, holder: Holder): string {
  const where = provider.regions.usual === region ? '' : ` --region ${region}`
  const which = holder.kind === 'account' ? '' : ` ${option(holder.kind)} ${holder.name}`
  return `sealpost esp policy ${provider.id}${which}${where}`
}
