import type { Change, SettingLine } from '../../audit/index.ts'
import { visible } from '../../escape.ts'
import { printCount } from '../table.ts'
import { wrap } from '../wrap.ts'
import type { AuditFault, AuditReport, AuditUnseen, AuditedSetup } from './facts.ts'

export interface AuditPrintOptions {
  readonly colour: boolean
  readonly width: number
  /** What is good is told in a line. */
  readonly brief: boolean
}

const maxWidth = 100

/** An audit for a terminal: each setup with what it means and the exact change. */
export function printAudit(report: AuditReport, options: AuditPrintOptions): string {
  const width = Math.min(options.width, maxWidth)
  const parts = [
    ...report.setups.map((setup) => printSetup(setup, options, width)),
    ...report.unseen.map((unseen) => printUnseen(unseen, width)),
    ...report.faults.map((fault) => printFault(fault, width)),
  ]
  return `${[...parts, printSummary(report)].map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function printSetup(setup: AuditedSetup, options: AuditPrintOptions, width: number): string[] {
  const { mode } = setup
  const name = mode === undefined ? 'cannot tell' : mode
  const version = setup.version === undefined ? '' : ` ${setup.version}`
  const head = `${setup.file}:${setup.line}: ${setup.software.name}${version}: ${name}`
  const meaning = setup.meaning ?? setup.unknown ?? ''
  const lines = wrap('', visible(`${head}. ${capital(meaning)}.`), 2, width)
  if (options.colour) lines[0] = (lines[0] ?? '').replace(name, () => `\u001b[${colourOf(setup.rank)}m${name}\u001b[0m`)
  if (setup.host !== undefined)
    lines.push(`  server: ${visible(setup.host)}${setup.port === undefined ? '' : ` port ${setup.port}`}`)
  for (const { versions, mode: then, reasons } of setup.versions)
    lines.push(...wrap('  ', visible(`${versions}: ${then}. ${capital(reasons[0]?.words ?? '')}.`), 4, width))
  if (setup.versions.length === 0)
    for (const setting of setup.settings) lines.push(...wrap('  ', visible(describeSetting(setting)), 4, width))
  if (setup.versionWanted)
    lines.push(...wrap('  ', `its version is not known; --version-of ${setup.software.id}=VERSION tells it`, 4, width))
  if (setup.trial) lines.push(...wrap('  ', visible(`tried ${setup.trial.target}: ${setup.trial.words}.`), 4, width))
  if (options.brief && setup.rank === 3) return lines
  const [mend] = setup.mends
  if (mend) {
    lines.push(...wrap('  ', `change, for ${mend.after} (${mend.meaning}):`, 4, width))
    for (const change of mend.changes) lines.push(...printChange(change))
    if (mend.also !== undefined) lines.push(...wrap('    ', `and: ${mend.also}`, 6, width))
  }
  if (setup.instead !== undefined) lines.push(...wrap('  ', `what helps: ${setup.instead}`, 4, width))
  return lines
}

/** Lines as they stand and as they shall. */
export function printChange({ line, before, after }: Change): string[] {
  const mark = (sign: string) => (text: string, index: number) => `    ${sign} ${line + index}: ${visible(text, 200)}`
  return [...before.map(mark('-')), ...after.map(mark('+'))]
}

function describeSetting({ name, value, line, file, words }: SettingLine): string {
  const set = value === undefined ? 'not set' : `= ${value === '' ? '""' : value}`
  return `${name} ${set}${line === undefined ? '' : ` (${file === undefined ? '' : `${file}, `}line ${line})`}: ${words}.`
}

function printUnseen({ software, file, where, query }: AuditUnseen, width: number): string[] {
  return [
    ...wrap('', visible(`${file}: ${software.name}: cannot see from here. Its settings are in ${where}.`), 2, width),
    ...query.split('\n').map((line) => `    ${visible(line, 400)}`),
  ]
}

function printFault({ file, line, words }: AuditFault, width: number): string[] {
  return wrap('', visible(`${file}${line === undefined ? '' : `:${line}`}: not read: ${words}.`), 2, width)
}

function printSummary({ setups, unseen, faults, files }: AuditReport): string[] {
  const count = (...ranks: readonly (number | undefined)[]): number => setups.filter(({ rank }) => ranks.includes(rank)).length
  const told = [
    `${printCount(files, 'file')} looked at, ${printCount(setups.length, 'mail setup')} found`,
    `${count(3)} verified`,
    `${count(2)} encrypted but unverified`,
    `${count(0, 1)} that can be read on the way`,
    `${count(undefined) + unseen.length} not to be told from here`,
  ]
  return [`${told.join(', ')}${faults.length === 0 ? '' : `, ${printCount(faults.length, 'file')} not read`}.`]
}

function colourOf(rank: number | undefined): number {
  return rank === undefined ? 90 : ([31, 31, 33, 32][rank] ?? 0)
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
