import { visible } from '../escape.ts'
import type { DomainProblem, List, Survey } from '../list/index.ts'
import { printCount, printNumber } from '../report/table.ts'
import type { Merge } from '../store/list/index.ts'

/** What an import showed, and did or would do. */
export interface ImportReport {
  readonly path: string
  readonly name: string
  readonly list: List
  readonly survey: Survey
  readonly merge: Merge
  /** Recipients of the file who get no more mail, whatever list they are on. */
  readonly suppressed: number
  /** Those of them who were erased, and are left out. */
  readonly erased: number
  /** Undefined where the DNS was not asked. */
  readonly domains: readonly DomainProblem[] | undefined
  /** The list was not there before. */
  readonly created: boolean
  readonly committed: boolean
  readonly replace: boolean
}

/** Rows of a kind that a person is shown. */
const shown = 10

export function printImport(report: ImportReport): string {
  const { survey } = report
  const lines = [
    ...printForm(report),
    ...printRows(survey),
    ...printConsent(report),
    printMerge(report),
    ...(report.suppressed > 0
      ? [
          `suppressed: ${printCount(report.suppressed, 'recipient')} of this file ${report.suppressed === 1 ? 'gets' : 'get'} no more mail (sealpost suppression list)${report.erased > 0 ? `; ${printNumber(report.erased)} of them ${report.erased === 1 ? 'was' : 'were'} erased, and ${report.erased === 1 ? 'is' : 'are'} not stored` : ''}`,
        ]
      : []),
    ...named('Rows that cannot be used:', survey.problems, survey.invalid, ({ line, column, text, why, next }) => {
      const place = column === undefined ? `line ${line}` : `line ${line}, column ${visible(column, 50)}`
      return `${place}: ${text === '' ? '' : `"${visible(text, 60)}": `}${why}. ${next}`
    }),
    ...named(
      'Perhaps misspelt (nothing was changed):',
      survey.typos,
      survey.typos.length,
      ({ domain, suggestion, count, line }) => {
        return `${visible(domain, 80)}, meant ${suggestion}? ${printCount(count, 'address', 'addresses')}, the first in line ${line}`
      },
    ),
    ...named(
      'Domains that take no mail:',
      report.domains ?? [],
      report.domains?.length ?? 0,
      ({ domain, count, line, why, next }) => {
        return `${visible(domain, 80)}: ${why}. ${printCount(count, 'address', 'addresses')}, the first in line ${line}. ${next}`
      },
    ),
    ...[...survey.lineBreaks].map(
      ([column, count]) =>
        `${printCount(count, 'cell')} of column ${visible(column, 50)} ${count === 1 ? 'has' : 'have'} line breaks: do not use it in the subject or another header.`,
    ),
  ]
  const end = report.committed
    ? `Stored. In a campaign file: list: ${report.name}`
    : 'Nothing was stored. Run it again with --commit to do so.'
  return `${[...lines, end].join('\n')}\n`
}

const delimiterNames = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'bars (|)' } as const

function printForm({ path, list }: ImportReport): string[] {
  const { delimiter, encoding, guessed, gzip, columns, mapping } = list
  const format = delimiter === undefined ? 'JSON Lines' : `CSV with ${delimiterNames[delimiter]}`
  const known = Object.entries(mapping).map(([role, column]) => `${role} = ${visible(column, 50)}`)
  const others = columns.filter((column) => !Object.values(mapping).includes(column))
  const more = others.length > 20 ? `, and ${others.length - 20} more` : ''
  return [
    `${visible(path)}: ${format}, ${encoding.toUpperCase()}${gzip ? ', gzip' : ''}`,
    ...(guessed
      ? [
          'It is not UTF-8, and was taken for Windows-1252. Look whether names with accents are right; else save the list as CSV in UTF-8, or name the encoding with --encoding.',
        ]
      : []),
    `columns: ${known.join(', ')}${
      others.length === 0
        ? ''
        : `; others: ${others
            .slice(0, 20)
            .map((name) => visible(name, 50))
            .join(', ')}${more}`
    }`,
  ]
}

function printRows({ recipients, invalid, duplicates }: Survey): string[] {
  const { exact, case: capitals, dots, tag } = duplicates
  const repeated = exact + capitals + dots + tag
  const kinds = [
    [exact, 'equal'],
    [capitals, 'equal but for capitals'],
    [dots, 'equal but for dots'],
    [tag, 'equal but for a tag after +'],
  ] as const
  const detail = kinds.filter(([count]) => count > 0).map(([count, words]) => `${printNumber(count)} ${words}`)
  return [
    `rows: ${printCount(recipients, 'recipient')}, ${printNumber(invalid)} that cannot be used, ${printCount(repeated, 'duplicate')}${detail.length === 0 ? '' : ` (${detail.join(', ')})`}`,
  ]
}

function printConsent({ list, survey }: ImportReport): string[] {
  const { dates, lines: first, how, source } = survey.consent
  const at = (line: number | undefined): string => (line === undefined ? '' : `, the first in line ${line}`)
  const { mapping } = list
  const has = mapping.consentAt !== undefined || mapping.consentHow !== undefined || mapping.consentSource !== undefined
  if (!has) return ['consent: no column says when, how or where it was given; --map consentAt=column and so on names them']
  const of = printNumber(survey.recipients)
  const lines = [`consent: when ${printNumber(dates.read)} of ${of}, how ${printNumber(how)}, source ${printNumber(source)}`]
  if (dates.ambiguous > 0)
    lines.push(
      `${printCount(dates.ambiguous, 'date')} can be read in two ways, as 03/04/2025 can${at(first.ambiguous)}: say --dates dmy (3 April) or --dates mdy (March 4).`,
    )
  if (dates.unreadable > 0)
    lines.push(
      `${printCount(dates.unreadable, 'date')} cannot be read${at(first.unreadable)}: write them as 2025-04-03. They stay in their column as they are.`,
    )
  if (dates.future > 0)
    lines.push(
      `${printCount(dates.future, 'date')} ${dates.future === 1 ? 'is' : 'are'} still to come${at(first.future)}, and not taken for a consent: look whether day and month changed places.`,
    )
  return lines
}

function printMerge({ name, merge, created, committed, replace }: ImportReport): string {
  const { added, changed, unchanged, absent } = merge
  const list = `list ${name}${created ? (committed ? ', new' : ', which is not there yet') : ''}`
  const rest = absent === 0 ? '' : `, ${printNumber(absent)} not in this file and ${replace ? 'taken off' : 'kept'}`
  return `${list}: ${printNumber(added)} added, ${printNumber(changed)} changed, ${printNumber(unchanged)} unchanged${rest}`
}

function named<Item>(title: string, items: readonly Item[], total: number, print: (item: Item) => string): string[] {
  if (total === 0) return []
  const rest = total - Math.min(shown, items.length)
  return [
    title,
    ...items.slice(0, shown).map((item) => `  ${print(item)}`),
    ...(rest > 0 ? [`  … and ${printNumber(rest)} more; --json names up to 1,000`] : []),
  ]
}
