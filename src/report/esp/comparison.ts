import {
  type AddressResult,
  type Answers,
  type Difference,
  type EndpointResult,
  type ProviderResult,
  differenceRegistry,
} from '../../esp/index.ts'
import { visible } from '../../escape.ts'
import { apiOnly } from './directory.ts'
import { printCheck } from '../check/index.ts'
import { undouble } from '../undouble.ts'
import { wrap } from '../wrap.ts'
import { printCount, printTable } from '../table.ts'

interface ComparisonOptions {
  /** The dialogues as well. */
  readonly verbose: boolean
  readonly colour: boolean
  readonly width?: number
}

/** An address of an endpoint, to be named in a line. */
interface Line {
  readonly at: EndpointResult
  readonly of: AddressResult
}

/** A provider beside its documentation: a table of answers, then what differs and what could not be tested. */
export function printComparison({ provider, endpoints }: ProviderResult, options: ComparisonOptions): string {
  const width = Math.min(options.width ?? 80, 100)
  const lines = endpoints.flatMap((at) => at.addresses.map((of) => ({ at, of })))
  const text = [
    `${provider.name} (${provider.id}): ${printCount(endpoints.length, 'endpoint')}, ${tellOutcomes(lines)}`,
    ...wrap('  it says: ', provider.tls.words ?? 'nothing of TLS was read', 11, width),
    ...wrap('  read on ', `${provider.checkedOn}${provider.docs === undefined ? '' : `: ${provider.docs}`}`, 4, width),
    '',
    ...(lines.length === 0 ? [apiOnly] : printAnswers(lines, options.width)),
    ...printDifferences(lines, width),
    ...printUntested(lines, width),
  ]
  const checks = options.verbose ? endpoints.map(({ check }) => `\n${printCheck(check, options)}`) : []
  return `${text.join('\n')}\n${checks.join('')}`
}

const outcomes = { 'as-documented': 'as documented', differs: 'otherwise', untested: 'not tested' } as const

function tellOutcomes(lines: readonly Line[]): string {
  const count = (outcome: AddressResult['outcome']): string =>
    `${lines.filter(({ of }) => of.outcome === outcome).length} ${outcomes[outcome]}`
  return `${count('as-documented')}, ${count('differs')}, ${count('untested')}`
}

const answerWords = {
  starttls: { offered: 'offered', hidden: 'hidden', 'not-offered': 'NOT OFFERED', unknown: '?', 'not-asked': '–' },
  authBeforeTls: { none: 'no', password: 'YES', challenge: 'hidden', unknown: '?', 'not-asked': '–' },
  plainMail: { 'refused-530': '530', 'log-in': '530 log in', refused: 'refused', taken: 'TAKEN', unknown: '?', 'not-asked': '–' },
} as const satisfies { readonly [Key in keyof Answers]: Readonly<Record<Answers[Key], string>> }

const documented = { starttls: 'STARTTLS', optional: 'STARTTLS or none', implicit: 'TLS at once' } as const

function printAnswers(lines: readonly Line[], width?: number): string[] {
  const several = lines.length > new Set(lines.map(({ at }) => at)).size
  const rows = lines.map(({ at: { endpoint }, of: { address, answers, outcome, reach } }) => [
    `${endpoint.host}:${endpoint.port}`,
    ...(several ? [address ?? ''] : []),
    `${documented[endpoint.security]}${endpoint.seen ? '' : '?'}`,
    answerWords.starttls[answers.starttls],
    answerWords.authBeforeTls[answers.authBeforeTls],
    answerWords.plainMail[answers.plainMail],
    // A silent port that turned out to have TLS at once was reached after all.
    reach.kind === 'reached' || (reach.kind === 'silent' && outcome === 'differs') ? outcomes[outcome] : reach.kind,
  ])
  const head = ['endpoint', ...(several ? ['address'] : []), 'documented', 'STARTTLS', 'log-in before', 'plain MAIL', 'so']
  return printTable(head, rows, width === undefined ? undefined : width - 2)
    .split('\n')
    .map((line) => `  ${line}`)
}

function printDifferences(lines: readonly Line[], width: number): string[] {
  const all = lines.flatMap((line) => line.of.differences.map((difference) => ({ line, difference })))
  const order: readonly Difference['severity'][] = ['high', 'medium', 'remark']
  const groups = [...Map.groupBy(all, ({ difference }) => `${order.indexOf(difference.severity)} ${difference.kind}`)]
  return groups
    .toSorted(([a], [b]) => a.localeCompare(b))
    .flatMap(([, same]) => {
      const [first] = same
      if (!first) return []
      const { kind, severity } = first.difference
      const { title, why, next } = differenceRegistry[kind]
      const tell = (head: string, text: string): string[] => wrap(`         ${head}: `, undouble(visible(text, 2000)), 11, width)
      return [
        '',
        ...wrap(`  ${severity.padEnd(6)} `, title, 9, width),
        ...[...Map.groupBy(same, ({ difference }) => `documented: ${difference.documented}; seen: ${difference.seen}`)].flatMap(
          ([what, alike]) => tell(nameLines(alike.map(({ line }) => line)), what),
        ),
        ...tell('why it matters', why),
        ...tell('what to do', next),
      ]
    })
}

function printUntested(lines: readonly Line[], width: number): string[] {
  const untested = lines.filter(({ of }) => of.outcome === 'untested')
  const groups = Map.groupBy(untested, ({ of: { reach } }) => `${reach.words}. ${reach.next ?? ''}`.trim())
  if (untested.length === 0) return []
  return [
    '',
    '  not tested, so neither as documented nor otherwise:',
    ...[...groups].flatMap(([words, same]) => wrap('    ', `${nameLines(same)}: ${undouble(visible(words))}`, 6, width)),
  ]
}

/** Endpoints named one by one; the table above has the others. */
const maxNamed = 6

function nameLines(lines: readonly Line[]): string {
  const more = lines.length > maxNamed ? ` and ${lines.length - maxNamed} more` : ''
  return `${lines.slice(0, maxNamed).map(nameLine).join(', ')}${more}`
}

function nameLine({ at: { endpoint, addresses }, of: { address } }: Line): string {
  const name = `${endpoint.host}:${endpoint.port}`
  return addresses.length > 1 && address !== undefined ? `${name} (${address})` : name
}
