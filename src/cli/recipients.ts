import { stat } from 'node:fs/promises'
import { type Campaign, audienceColumns, selectAudience } from '../campaign/index.ts'
import { SealpostError, systemError } from '../errors.ts'
import { type ListForm, type Mapping, type Row, openList, readAddress } from '../list/index.ts'
import type { Settings } from '../settings/index.ts'
import { SqliteLists } from '../store/index.ts'

/** Whom a campaign goes to. */
export interface Recipients extends Disposable {
  /** As templates see them. */
  readonly columns: readonly string[]
  /** Of a stored list; that of a file is taken when the campaign is frozen. */
  readonly digest: string | undefined
  /** The column that says when, how or where people consented; undefined where there is none that is known. */
  readonly consentColumn: string | undefined
  /** Of a file. */
  readonly form: ListForm | undefined
  /** Streams the rows that the campaign is for, anew each time. */
  rows(): AsyncGenerator<Row, void>
  /** Milliseconds since the epoch: when it was last imported, or its file written. */
  writtenAt(): Promise<number>
}

/** Opens a campaign's list, stored or a file, and takes from it those whom the campaign is for. */
export async function openRecipients(campaign: Campaign, settings: Pick<Settings, 'data'>): Promise<Recipients> {
  if (campaign.stored) return openStored(campaign, settings)
  const list = await openList(
    campaign.list,
    campaign.addressColumn === undefined ? {} : { addressColumn: campaign.addressColumn },
  )
  return {
    columns: audienceColumns(campaign, list.columns),
    digest: undefined,
    consentColumn: findConsent(list.mapping),
    form: list,
    rows: () => selectAudience(campaign, list.rows()),
    writtenAt: async () => readTime(campaign.list),
    [Symbol.dispose]: () => undefined,
  }
}

function openStored(campaign: Campaign, settings: Pick<Settings, 'data'>): Recipients {
  const lists = SqliteLists.open(settings.data)
  try {
    const list = lists.find(campaign.list)
    if (!list) {
      const next = `See sealpost list for the stored lists; a file beside the campaign is written ./${campaign.list}.`
      throw new SealpostError('SP_LIST_UNKNOWN', { where: campaign.list, next })
    }
    const columns = audienceColumns(campaign, list.columns)
    return {
      columns,
      digest: lists.digest(list),
      consentColumn: findConsent(list.mapping),
      form: undefined,
      rows: () => selectAudience(campaign, readStored(lists.members(list))),
      writtenAt: async () => list.updatedAt,
      [Symbol.dispose]: () => {
        lists[Symbol.dispose]()
      },
    }
  } catch (error) {
    lists[Symbol.dispose]()
    throw error
  }
}

function findConsent({ consentAt, consentHow, consentSource }: Mapping): string | undefined {
  return consentAt ?? consentHow ?? consentSource
}

async function readTime(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs
  } catch (error) {
    throw systemError(error, path, 'SP_FILE_UNREADABLE')
  }
}

async function* readStored(members: ReturnType<SqliteLists['members']>): AsyncGenerator<Row, void> {
  let line = 0
  for (const { address: text, columns } of members) {
    line++
    const address = readAddress(text)
    // It was read so when it was imported; a later version may be stricter.
    if (address.kind === 'invalid') yield { ...address, line, column: undefined, text }
    else yield { kind: 'recipient', line, address, columns }
  }
}

/** Says on stderr what a person should know of a file before its names reach people. */
export function tellForm({ form }: Recipients, path: string): void {
  if (form?.guessed)
    process.stderr.write(
      `${path} is not UTF-8, and was taken for Windows-1252: look whether names with accents are right, or save it as CSV in UTF-8.\n`,
    )
}
