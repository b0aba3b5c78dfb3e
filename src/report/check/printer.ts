import { json } from '../../escape.ts'
import { checkCsvHead, printCsv } from './csv.ts'
import type { CheckResult } from '../../check/index.ts'
import { printCheckPage } from './page.ts'
import { publishResult } from './publish.ts'
import { describeSarif } from './sarif.ts'
import { type CheckDocument, checkSchemaId } from './schema.ts'
import { type CheckPrintOptions, printCheck } from './text.ts'

/** The forms that a check is written in. */
export const checkFormats = ['text', 'json', 'jsonl', 'sarif', 'csv', 'html'] as const

export type CheckFormat = (typeof checkFormats)[number]

export interface CheckPrinterOptions extends CheckPrintOptions {
  /** Name and version of this program. */
  readonly software: string
  /** What was demanded. */
  readonly level: CheckDocument['level']
  /** ISO 8601. */
  readonly writtenAt: string
  /** SARIF lists what was tested and found fine too. */
  readonly passed?: boolean
}

/** A run's output, piece by piece: `begin`, a `line` for each result, `end`. What needs all results is in `end`. */
export interface CheckPrinter {
  begin(): string
  line(result: CheckResult): string
  end(): string
}

/**
 * @example
 * ```ts
 * const printer = createCheckPrinter('jsonl', options)
 * write(printer.begin())
 * for await (const result of results) write(printer.line(result))
 * write(printer.end())
 * ```
 */
export function createCheckPrinter(format: CheckFormat, options: CheckPrinterOptions): CheckPrinter {
  const { software, level } = options
  switch (format) {
    case 'text': {
      let first = true
      return stream('', (result) => {
        const gap = first ? '' : '\n'
        first = false
        return `${gap}${printCheck(result, options)}`
      })
    }
    case 'jsonl':
      return stream('', (result) => `${oneLine(json(publishResult(result)))}\n`)
    case 'csv':
      return stream(checkCsvHead, printCsv)
    case 'json':
      return collect((results) => {
        const document: CheckDocument = { schema: checkSchemaId, software, level, results: results.map(publishResult) }
        return `${json(document)}\n`
      })
    case 'sarif':
      return collect((results) => `${json(describeSarif(results, options))}\n`)
    case 'html':
      return collect((results) => printCheckPage(results, options))
  }
}

function stream(head: string, line: (result: CheckResult) => string): CheckPrinter {
  return { begin: () => head, line, end: () => '' }
}

function collect(print: (results: readonly CheckResult[]) => string): CheckPrinter {
  const results: CheckResult[] = []
  return {
    begin: () => '',
    line: (result) => {
      results.push(result)
      return ''
    },
    end: () => print(results),
  }
}

/** JSON breaks its lines between tokens alone, where a break means nothing: in a string it is written `\n`. */
function oneLine(text: string): string {
  return text.replace(/\n */g, '')
}
