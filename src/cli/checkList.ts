import { createHash } from 'node:crypto'
import { join, parse } from 'node:path'
import { type CheckContext, examine } from '../check/index.ts'
import { type Clock, systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { json } from '../escape.ts'
import { type List, openList } from '../list/index.ts'
import type { Level } from '../policy/index.ts'
import { type ListReport, buildListReport, printCount, printListReport, printShare } from '../report/index.ts'
import { type Settings, loadSettings, parseDuration } from '../settings/index.ts'
import { type SetResult, StateFile, type SweptDomain, createPoliteDialer, forgetHost, sweep } from '../sweep/index.ts'
import { exitOf } from './check.ts'
import { countDomains } from './countDomains.ts'
import { type Exit, exits } from './exit.ts'
import { type Progress, createProgress } from './progress.ts'
import { software } from './version.ts'
import { createExamination, createNetwork, depths } from './wiring.ts'

export interface CheckListArguments {
  /** A list of recipients in CSV. */
  readonly list: string
  /** Its column of addresses, where the name does not say so. */
  readonly column?: string
  /** Where it is not found out right. */
  readonly encoding?: string
  /** Where results are kept; beside the list unless given. */
  readonly state?: string
  /** How old a result may be to be used again, such as `24h`. */
  readonly maxAge?: string
  readonly settings?: string
  readonly json?: boolean
  readonly level: Level
}

/** Connections to one provider, and hosts of it looked at, at the same time. */
const perProvider = 4
/** Sets of hosts at a time. A host that hangs takes minutes, so there is room for many of these beside the others. */
const examinations = 64
const lookups = 50

const defaultMaxAge = '24h'

/** Checks the hosts behind every domain of a list, each once. Run again, it goes on where it was. */
export async function runCheckList(given: CheckListArguments): Promise<Exit> {
  const maxAgeMs = parseMaxAge(given.maxAge ?? defaultMaxAge)
  const settings = await loadSettings(given.settings)
  const counted = await countDomains((await openGiven(given)).rows())
  if (counted.recipients === 0) {
    const [first] = counted.sample
    const what = first && `No row of the list is a recipient; line ${first.line}: ${first.why}`
    throw new SealpostError('SP_LIST_NO_RECIPIENT', { where: given.list, ...(what === undefined ? {} : { what }) })
  }
  const context = createExamination(settings, await createNetwork(settings), depths.brief)
  const statePath = given.state ?? placeState(given.list)
  const state = await StateFile.open(statePath, {
    clock: systemClock,
    basis: basisOf(settings, context.resolver.trust?.kind ?? 'untrusted'),
    maxAgeMs,
  })
  if (state.damaged > 0)
    process.stderr.write(
      `${printCount(state.damaged, 'line')} of ${statePath} cannot be read, and these hosts are looked at again.\n`,
    )
  const interrupt = catchInterrupt()
  let domains: readonly SweptDomain[]
  try {
    domains = await sweepList(counted.domains, context, state, interrupt.signal, createProgress('checking'))
  } finally {
    interrupt.release()
    await state.close()
  }
  const interrupted = interrupt.caught()
  const results = [...new Set(domains.flatMap(({ set }) => set?.result ?? []))]
  const report = buildListReport({
    path: given.list,
    level: given.level,
    interrupted,
    now: systemClock.now(),
    software,
    invalid: counted.invalid,
    sample: counted.sample,
    domains,
    standingOf: (result) => standingOf(result, given.level),
  })
  process.stdout.write(given.json ? `${json(report)}\n` : printListReport(report, process.stdout.columns))
  tellState(state, statePath, report)
  return interrupted ? exits.interrupted : exitOf(results, given.level)
}

/**
 * Wires a sweep to the network.
 *
 * @param context is used up: its connections end with the signal
 */
export async function sweepList(
  counts: ReadonlyMap<string, number>,
  context: CheckContext,
  state: StateFile,
  interrupt: AbortSignal,
  progress: Progress,
): Promise<readonly SweptDomain[]> {
  const ended = new AbortController()
  const signal = AbortSignal.any([interrupt, ended.signal])
  const polite: CheckContext = {
    ...context,
    // Domains that share hosts share the answer, and a policy is one domain's own.
    sts: undefined,
    clock: stopWith(context.clock, signal),
    dialer: createPoliteDialer(context.dialer, { perProvider, signal }),
  }
  try {
    return await sweep(counts, {
      resolver: context.resolver,
      examine: async (domain, resolver) => examine({ kind: 'domain', text: domain, domain }, { ...polite, resolver }),
      recall: (mx) => state.recall(mx),
      keep: (mx, result) => {
        state.keep(mx, result)
      },
      letGo: (host) => {
        forgetHost(polite, host)
      },
      lookups,
      examinations,
      perProvider,
      signal,
      onProgress: ({ hosts, recipients }) => {
        progress.show(
          hosts.done,
          hosts.total,
          `mail servers, ${printShare(recipients.known, recipients.total)} of recipients known`,
        )
      },
    })
  } finally {
    progress.clear()
    // Whatever made it end, no connection is left behind.
    ended.abort()
  }
}

/** Nobody waits for a server's next chance once the run has ended. */
function stopWith(clock: Clock, signal: AbortSignal): Clock {
  return {
    now: () => clock.now(),
    timer: (ms, fire) => clock.timer(ms, fire),
    sleep: async (ms, other) => clock.sleep(ms, other ? AbortSignal.any([signal, other]) : signal),
  }
}

async function openGiven({ list, column, encoding }: CheckListArguments): Promise<List> {
  try {
    return await openList(list, {
      ...(column === undefined ? {} : { addressColumn: column }),
      ...(encoding === undefined ? {} : { encoding }),
    })
  } catch (error) {
    if (!(error instanceof SealpostError) || error.code !== 'SP_LIST_NO_ADDRESS') throw error
    const { where, what } = error
    throw new SealpostError(error.code, {
      ...(where === undefined ? {} : { where }),
      what,
      next: 'Say which column holds the addresses with --column.',
      cause: error,
    })
  }
}

/** Another version grades otherwise, other authorities make another verdict, another network another reach, and a resolver that is trusted has DANE. */
function basisOf({ tls, network }: Settings, trust: string): string {
  return createHash('sha256')
    .update(JSON.stringify([software, tls.ca, network, trust]))
    .digest('hex')
    .slice(0, 16)
}

/** `recipients.csv` has its results in `recipients.checked.jsonl`. */
function placeState(list: string): string {
  const { dir, name } = parse(list)
  return join(dir, `${name}.checked.jsonl`)
}

function parseMaxAge(text: string): number {
  const ms = parseDuration(text)
  if (ms !== undefined) return ms
  throw new SealpostError('SP_USAGE', {
    where: '--max-age',
    what: 'It is a number with its unit, such as 90m, 24h or 7d; 0s looks at everything anew',
  })
}

/** What the level makes of a result; `exitOf` says so for a check of any kind. */
function standingOf(result: SetResult, level: Level): 'met' | 'below' | 'untested' | 'no-mail' {
  if (result.verdict === 'no-mail') return 'no-mail'
  const exit = exitOf([result], level)
  return exit === exits.fine ? 'met' : exit === exits.below ? 'below' : 'untested'
}

function tellState(state: StateFile, path: string, { interrupted }: ListReport): void {
  if (state.failure) process.stderr.write(`\nThe results could not all be kept: ${state.failure.message}\n`)
  else if (interrupted) process.stderr.write(`\nWhat is known is kept in ${path}: run the same command again to go on.\n`)
}

/** The first signal ends the run with what is known, the second without. */
function catchInterrupt(): { readonly signal: AbortSignal; caught(): boolean; release(): void } {
  const controller = new AbortController()
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(exits.interrupted)
    controller.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {
    signal: controller.signal,
    caught: () => controller.signal.aborted,
    release: () => {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    },
  }
}
