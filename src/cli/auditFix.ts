import {
  type AuditResult,
  type Found,
  type MendPlan,
  describeFound,
  judgeFound,
  planFound,
  refresh,
  wouldSend,
  writeMended,
} from '../audit/index.ts'
import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { printChange } from '../report/index.ts'
import { type AuditArguments, type Gathered, type Prober, exitOfAudit } from './audit.ts'
import { confirmOnTerminal } from './confirm.ts'
import type { Exit } from './exit.ts'

export interface FixOptions {
  /** Undefined where the person wants it written without a try. */
  readonly prober: Prober | undefined
  readonly yes: boolean
  readonly level: AuditArguments['level']
}

/** Shows each change, tries the server that it leads to, asks, and writes it with the old file kept. */
export async function runFix({ found, ...rest }: Gathered, options: FixOptions): Promise<Exit> {
  const unattended = !options.yes && !process.stdin.isTTY
  if (unattended && found.some((one) => planFound(one, judgeFound(one)).length > 0))
    throw new SealpostError('SP_USAGE', {
      what: 'Nobody is there to say yes to a change',
      next: 'Look at the changes with sealpost audit, then give --fix --yes.',
    })
  const left: Pick<AuditResult, 'mode'>[] = []
  /** By file: what it was before the first of its setups was mended. */
  const backups = new Map<string, string>()
  for (const one of found) {
    // Another setup of the same file may have been mended before this one.
    const now = refresh(one)
    if (!now) {
      const before = describeFound(one)
      tell(before, 'left as it is: the file is no longer what was read')
      left.push({ mode: before.mode })
      continue
    }
    const result = describeFound(now)
    const written = result.mends.length > 0 ? await mend(now, result, options, backups) : undefined
    if (!written && result.mends.length === 0)
      tell(
        result,
        result.instead === undefined ? describeStanding(result) : `${describeStanding(result)}. ${capital(result.instead)}`,
      )
    left.push({ mode: written ?? result.mode })
  }
  if (found.length === 0) process.stdout.write('No mail settings were found.\n')
  return exitOfAudit(left, rest, options.level)
}

async function mend(
  found: Found,
  result: AuditResult,
  options: FixOptions,
  backups: Map<string, string>,
): Promise<AuditResult['mode']> {
  const plans = planFound(found, judgeFound(found))
  const refused: string[] = []
  for (const [index, plan] of plans.entries()) {
    const why = await objection(result, plan, options.prober)
    if (why !== undefined) {
      refused.push(why)
      continue
    }
    const changes = result.mends[index]?.changes ?? []
    tell(result, `${result.mode ?? ''} becomes ${plan.after}:`)
    for (const change of changes) process.stdout.write(`${printChange(change).join('\n')}\n`)
    if (plan.also !== undefined) process.stdout.write(`    and, by hand: ${visible(plan.also)}\n`)
    if (!options.yes && !(await confirmOnTerminal('    write this? [y/N] '))) {
      process.stdout.write('    left as it is\n')
      return undefined
    }
    const kept = backups.get(found.path)
    const backup = await writeMended(found.path, found.document.text, plan.text, found.encoding, kept)
    backups.set(found.path, backup)
    process.stdout.write(`    written; the old file is ${visible(backup)}\n`)
    return plan.after
  }
  tell(result, `not written, so that mail does not stop: ${refused.join('; ')}`)
  return undefined
}

/** Why a change would stop the mail, or might; undefined where it would not. */
async function objection(result: AuditResult, plan: MendPlan, prober: Prober | undefined): Promise<string | undefined> {
  if (!prober) return undefined
  const where = `${result.host ?? 'its server'}${plan.port === undefined ? '' : ` port ${plan.port}`}`
  const trial = await prober({ host: result.host, port: plan.port ?? result.port, mode: plan.after })
  if (!trial) return `${where} cannot be tried, as no host stands in the file (--unprobed writes all the same)`
  if (wouldSend(trial)) return undefined
  const hint = trial.outcome === 'not-tested' ? ' (--unprobed writes all the same)' : ''
  return `${where} with ${plan.after}: ${trial.words}${hint}`
}

function describeStanding({ mode, rank, unknown }: AuditResult): string {
  if (mode === undefined) return `cannot tell: ${unknown ?? ''}`
  return rank === 3 ? `${mode}, nothing to mend` : `${mode}, and no setting in this file mends it`
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

function tell({ file, line, software }: AuditResult, words: string): void {
  process.stdout.write(`${visible(`${file}:${line}: ${software.name}: ${words}`, 2000)}\n`)
}
