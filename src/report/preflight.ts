import type { Compliance, SecondHopFacts } from '../compliance/index.ts'
import { visible } from '../escape.ts'
import { printCompliance } from './compliance.ts'
import { printCount, printNumber, printShare, printTable } from './table.ts'
import { wrap } from './wrap.ts'

/** What would happen to the recipients of one destination. */
export interface PreflightLine {
  readonly domain: string
  readonly recipients: number
  readonly level: string
  readonly verdict: string
  readonly grade: string
  readonly decision: 'send' | 'hold' | 'later' | 'fail'
  readonly words: string
}

/** What a campaign would meet, before anything is sent. */
export interface Preflight {
  readonly campaign: string
  readonly level: string
  /** Where all mail goes first, or undefined where it goes straight to each domain. */
  readonly relay: string | undefined
  /** What the provider behind it says of the hop from there on, where it was asked; undefined where it has no API for it. */
  readonly secondHop: SecondHopFacts | undefined
  readonly list: {
    /** Which part of the list it is, in words; null where it is all of it. */
    readonly part: string | null
    readonly recipients: number
    readonly duplicates: number
    readonly invalid: number
    readonly sample: readonly { readonly line: number; readonly why: string }[]
  }
  readonly summary: Readonly<Record<PreflightLine['decision'], number>>
  readonly destinations: readonly PreflightLine[]
  /** Of both: whether the campaign may begin. Messages that would be held do not keep the others from going. */
  readonly verdict: Compliance['verdict']
  readonly compliance: Compliance
}

const sentences: Readonly<Record<PreflightLine['decision'], string>> = {
  send: 'can be reached as the campaign demands',
  hold: 'cannot: their messages would be held',
  later: 'could not be tested: their messages would be tried, and wait where it does not work',
  fail: 'take no mail at all: their messages would fail',
}

/** A sentence for each thing that would become of some recipients. */
export function describeForeseen({ list, summary }: Preflight): readonly string[] {
  return (['send', 'hold', 'later', 'fail'] as const)
    .filter((decision) => summary[decision] > 0)
    .map(
      (decision) =>
        `${printNumber(summary[decision])} of ${printCount(list.recipients, 'recipient')} (${printShare(summary[decision], list.recipients)}) ${sentences[decision]}.`,
    )
}

/** What is known of the way from the provider on: its word, as Sealpost does not see it. */
export function describeSecondHop({ secondHop }: Preflight): readonly string[] {
  if (!secondHop) return []
  if (secondHop.kind === 'unread') return [`From the provider on: not tested, ${secondHop.why}.`]
  if (secondHop.switches.length === 0) return ['From the provider on: opportunistic, nothing is set up that could demand TLS.']
  return secondHop.switches.map(
    ({ holder, settings, level }) =>
      `From the provider on: ${level ?? 'not told'}, as it says itself (${holder}: ${settings === '' ? 'its answer does not have the switch' : settings}).`,
  )
}

/** The pre-flight for a terminal of `width` characters. */
export function printPreflight(preflight: Preflight, width?: number): string {
  const { list } = preflight
  const lines = [
    `Pre-flight of ${visible(preflight.campaign)}, level ${preflight.level}${preflight.relay === undefined ? '' : `, by way of ${visible(preflight.relay)}`}. Nothing was sent.`,
    ...describeSecondHop(preflight),
    `list: ${printCount(list.recipients, 'recipient')}, ${printCount(list.duplicates, 'duplicate')}, ${printCount(list.invalid, 'invalid row')}`,
    ...(list.part === null ? [] : wrap('', `of the list: ${visible(list.part, 400)}`, 2, width ?? Number.POSITIVE_INFINITY)),
    ...list.sample.slice(0, 5).map((row) => `  line ${row.line} left out: ${visible(row.why)}`),
    '',
    ...describeForeseen(preflight).flatMap((line) => wrap('', line, 2, width ?? Number.POSITIVE_INFINITY)),
    '',
    printTable(
      ['destination', 'recipients', 'grade', 'verdict', 'would', 'why'],
      preflight.destinations
        .slice(0, 40)
        .map((line) => [visible(line.domain), line.recipients, line.grade, line.verdict, line.decision, visible(line.words)]),
      width,
    ),
  ]
  if (preflight.destinations.length > 40)
    lines.push(`… and ${printNumber(preflight.destinations.length - 40)} more: --json has them all`)
  return `${lines.join('\n')}\n\n${printCompliance(preflight.compliance, width)}\nVerdict: ${preflight.verdict}.\n`
}
