import { systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { json } from '../escape.ts'
import {
  type DateOrder,
  type List,
  ListReading,
  type Mapping,
  type Member,
  type Survey,
  hashFile,
  isListName,
  openList,
} from '../list/index.ts'
import { loadSettings } from '../settings/index.ts'
import { type Merge, SqliteLists } from '../store/list/index.ts'
import { type Exit, exits } from './exit.ts'
import { type ImportReport, printImport } from './listImportText.ts'
import { SuppressedCount } from './listSuppressed.ts'
import { type Progress, createProgress } from './progress.ts'

export interface ListImportArguments {
  readonly name: string
  readonly commit?: boolean
  readonly replace?: boolean
  readonly column?: string
  readonly map: Mapping
  readonly dates?: DateOrder
  readonly encoding?: string
  readonly checkDomains?: boolean
  readonly json?: boolean
  readonly settings?: string
}

/** Rows named one by one: for a program more than for a person. */
const sample = 1000

/** Shows what a file holds and what importing it would change; with `commit` imports it. */
export async function runListImport(path: string, given: ListImportArguments): Promise<Exit> {
  if (!isListName(given.name)) {
    const what = 'The name of a list is up to 64 letters, digits, dashes and underscores'
    throw new SealpostError('SP_USAGE', { what, next: 'Choose another name, such as readers.' })
  }
  const settings = await loadSettings(given.settings)
  const { column, encoding, dates, map } = given
  const list = await openList(path, {
    mapping: { ...map, ...(column === undefined ? {} : { email: column }) },
    ...(encoding === undefined ? {} : { encoding }),
  })
  const progress = createProgress('reading')
  const reading = new ListReading({
    mapping: list.mapping,
    sample,
    now: systemClock.now(),
    ...(dates === undefined ? {} : { order: dates }),
  })
  using lists = SqliteLists.open(settings.data)
  const known = lists.find(given.name)
  using suppressed = new SuppressedCount(settings.data)
  const members = requireMembers(countUp(suppressed.watch(reading.members(list.rows())), progress), reading, path)
  const merge = given.commit
    ? await lists.commit(
        {
          name: given.name,
          columns: list.columns,
          mapping: list.mapping,
          source: path,
          sha256: async () => hashFile(path),
          replace: given.replace ?? false,
        },
        members,
        systemClock.now(),
      )
    : await lists.preview(given, members)
  progress.clear()
  const { survey } = reading
  const domains = given.checkDomains
    ? await (await import('./listDomains.ts')).checkDomains(survey.domains, settings, createProgress('asking'))
    : undefined
  const report: ImportReport = {
    path,
    name: given.name,
    list,
    survey,
    merge,
    ...suppressed.counts,
    domains,
    created: known === undefined,
    committed: given.commit ?? false,
    replace: given.replace ?? false,
  }
  process.stdout.write(given.json ? `${json(publish(report, list, survey, merge))}\n` : printImport(report))
  // What is stored is fine; a preview says whether somebody should look at the file first.
  return !given.commit && survey.invalid > 0 ? exits.below : exits.fine
}

/** Passes members on, and refuses a list without any before it takes the place of another. */
async function* requireMembers(members: AsyncIterable<Member>, reading: ListReading, path: string): AsyncGenerator<Member, void> {
  let any = false
  for await (const member of members) {
    any = true
    yield member
  }
  if (any) return
  const [first] = reading.survey.problems
  throw new SealpostError('SP_LIST_NO_RECIPIENT', {
    where: path,
    ...(first ? { what: `No row of the list can be sent to; line ${first.line}: ${first.why}`, next: first.next } : {}),
  })
}

async function* countUp(members: AsyncIterable<Member>, progress: Progress): AsyncGenerator<Member, void> {
  let read = 0
  for await (const member of members) {
    if (++read % 1000 === 0) progress.show(read, read + 1, 'recipients')
    yield member
  }
}

function publish(
  { path, name, domains, created, committed, suppressed, erased }: ImportReport,
  list: List,
  survey: Survey,
  merge: Merge,
) {
  const { format, delimiter, encoding, guessed, gzip, columns, mapping } = list
  return {
    schema: 'sealpost/list-import@1',
    file: path,
    list: name,
    committed,
    created,
    form: { format, delimiter: delimiter ?? null, encoding, encodingGuessed: guessed, gzip },
    columns,
    mapping,
    recipients: survey.recipients,
    invalid: survey.invalid,
    duplicates: survey.duplicates,
    merge,
    suppressed,
    erased,
    consent: survey.consent,
    problems: survey.problems.map((problem) => ({ ...problem, column: problem.column ?? null })),
    repeated: survey.repeated,
    typos: survey.typos,
    lineBreaks: Object.fromEntries(survey.lineBreaks),
    domains: domains ?? null,
  }
}
