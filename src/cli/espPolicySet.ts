import { SealpostError } from '../errors.ts'
import { json } from '../escape.ts'
import {
  type Holder,
  type HopLevel,
  type Plan,
  type Reading,
  type Session,
  type Unread,
  changeSwitch,
  describeChange,
  explainUnread,
  findHolders,
  nameHolder,
  planChange,
  reaches,
  readSwitch,
} from '../esp/policy/index.ts'
import type { EspPolicyArguments, Surroundings } from './espPolicy.ts'
import { describeSession, publish, writeLimits, writeLooked } from './espPolicyShow.ts'
import { type Exit, exits } from './exit.ts'

/** How a change ended. `not-shown`: taken, but reading it again does not show it. */
type Outcome = 'not-needed' | 'declined' | 'refused' | 'in-force' | 'not-in-force' | 'not-shown'

interface Ended {
  readonly holder: Holder
  readonly plan: Plan
  readonly outcome: Outcome
  /** What holds now, as far as it is known. */
  readonly now: Reading | Unread
}

/** Shows the change, has it confirmed, makes it, and reads again what holds. */
export async function setPolicy(
  session: Session,
  named: string | undefined,
  wanted: HopLevel,
  given: EspPolicyArguments,
  around: Surroundings,
): Promise<Exit> {
  const holder = await findOne(session, named)
  const before: Reading | Unread = holder.kind === 'unread' ? holder : await readSwitch(session, holder.holder)
  if (holder.kind === 'unread' || before.kind === 'unread')
    return tellUnread(session, holder.kind === 'unread' ? undefined : holder.holder, before, given, around)
  const plan = planChange(session.provider, before, wanted)
  if (plan.kind === 'nothing')
    return tell(session, { holder: holder.holder, plan, outcome: 'not-needed', now: before }, given, around)

  // Standard output is for the result where that is a document.
  const show = given.json ? around.err : around.out
  show(session.key.hide(`${describeChange(session.provider, holder.holder, plan, session.endpoint.base).join('\n')}\n\n`))
  if (!given.yes) {
    if (!around.confirm)
      throw new SealpostError('SP_USAGE', {
        where: session.provider.name,
        what: 'Nothing was changed: there is no terminal to confirm it on',
        next: 'Add --yes to make this change.',
      })
    if (!(await around.confirm('Make this change? [y/N] ')))
      return tell(session, { holder: holder.holder, plan, outcome: 'declined', now: before }, given, around)
  }
  const taken = await changeSwitch(session, plan.request)
  // Also after a failure: an answer that was lost may have been to a change that was made.
  const now = await readSwitch(session, holder.holder)
  const outcome = judgeOutcome(plan.to, taken.kind, now)
  if (taken.kind === 'unread') around.err(session.key.hide(`The change: ${explainUnread(taken, session.provider.name)}\n`))
  return tell(session, { holder: holder.holder, plan, outcome, now }, given, around)
}

function judgeOutcome(wanted: HopLevel, taken: 'taken' | 'unread', now: Reading | Unread): Outcome {
  const level = now.kind === 'read' ? now.level : undefined
  if (level === wanted) return 'in-force'
  if (taken === 'unread') return 'refused'
  return level === undefined ? 'not-shown' : 'not-in-force'
}

/** A change is made to one domain or configuration set, and never to whichever comes first. */
async function findOne(session: Session, named: string | undefined): Promise<{ kind: 'one'; holder: Holder } | Unread> {
  const found = await findHolders(session, named, 2)
  if (found.kind === 'unread') return found
  const { holder } = session.provider
  const [one, another] = found.holders
  if (!one)
    throw new SealpostError('SP_USAGE', {
      where: session.provider.name,
      what: `This account has no ${holder} to set the switch of`,
      next: 'Make one at the provider first, or name another region with --region.',
    })
  if (another || found.more)
    throw new SealpostError('SP_USAGE', {
      where: session.provider.name,
      what: `There is more than one ${holder}, and --set changes one`,
      next: `Name it with ${holder === 'domain' ? '--domain' : '--configuration-set'}; without --set the command lists them.`,
    })
  return { kind: 'one', holder: one }
}

function tellUnread(
  session: Session,
  holder: Holder | undefined,
  result: Reading | Unread,
  given: EspPolicyArguments,
  around: Surroundings,
): Exit {
  const looked = { holder, result }
  around.out(
    session.key.hide(
      given.json
        ? `${json({ ...describeSession(session), switches: [publish(session, looked)], exit: exits.untested })}\n`
        : `${writeLooked(session, looked).join('\n')}\nNothing was changed.\n`,
    ),
  )
  return exits.untested
}

function tell(session: Session, ended: Ended, given: EspPolicyArguments, around: Surroundings): Exit {
  const { holder, plan, outcome, now } = ended
  const exit = judgeExit(ended)
  const change =
    plan.kind === 'change' ? { outcome, from: plan.from ?? null, to: plan.to, changes: plan.changes } : { outcome, why: plan.why }
  around.out(
    session.key.hide(
      given.json
        ? `${json({ ...describeSession(session), switches: [publish(session, { holder, result: now })], change, exit })}\n`
        : `${[explainOutcome(session, ended), '', ...writeLooked(session, { holder, result: now }), '', ...writeLimits(session)].join('\n')}\n`,
    ),
  )
  return exit
}

function judgeExit({ outcome, now }: Ended): Exit {
  if (now.kind === 'unread' || now.level === undefined || outcome === 'refused') return exits.untested
  return outcome === 'not-in-force' || !reaches(now.level, 'encrypted') ? exits.below : exits.fine
}

function explainOutcome({ provider }: Session, { holder, plan, outcome }: Ended): string {
  const { name } = provider
  switch (outcome) {
    case 'not-needed':
      return plan.kind === 'nothing' && plan.why === 'above'
        ? `Nothing was changed: ${nameHolder(holder)} demands more than that already. Only --set opportunistic lowers it.`
        : `Nothing was changed: ${nameHolder(holder)} is set so already.`
    case 'declined':
      return 'Nothing was changed, as you said. It stays so:'
    case 'refused':
      return `${name} did not make the change. What it says now:`
    case 'in-force':
      return `Done. What ${name} says now, read again after the change:`
    case 'not-in-force':
      return `NOT IN FORCE: ${name} took the change, but says otherwise when read again. It may take a while; run the command again without --set.`
    case 'not-shown':
      return `${name} took the change, but reading it again does not show it: look it up in its dashboard.`
  }
}
