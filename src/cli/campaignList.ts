import { printMoment } from '../campaign/index.ts'
import { systemClock } from '../clock.ts'
import { json, visible } from '../escape.ts'
import { printTable } from '../report/index.ts'
import { loadSettings } from '../settings/index.ts'
import { SqliteTrackingLedger } from '../store/index.ts'
import { type CampaignLife, LifeReader } from './campaignLife.ts'
import { publishLife } from './campaignShow.ts'
import { type Exit, exits } from './exit.ts'
import { type TrackedCounts, openCaveat, publishCounts, readCounts } from './trackedCounts.ts'

/** Lists what there is of campaigns in the data folder. */
export async function runCampaignList(given: { readonly settings?: string; readonly json?: boolean }): Promise<Exit> {
  const { data } = await loadSettings(given.settings)
  using reader = LifeReader.open(data)
  using ledger = SqliteTrackingLedger.openExisting(data)
  const now = systemClock.now()
  const lives = reader.names().map((name) => {
    const life = reader.read(name, now)
    return { ...life, counted: readCounts(ledger, life.frozen) }
  })
  if (given.json)
    process.stdout.write(`${json(lives.map((life) => ({ ...publishLife(life), tracking: publishCounts(life.counted) })))}\n`)
  else if (lives.length === 0) process.stdout.write('There is no campaign in the data folder yet.\n')
  else process.stdout.write(`${print(lives)}\n`)
  return exits.fine
}

function print(lives: readonly (CampaignLife & { readonly counted: TrackedCounts | undefined })[]): string {
  const counting = lives.some(({ counted }) => counted)
  const state = ['campaign', 'state', 'total', 'sent', 'held', 'deferred', 'failed', 'not sent', 'waiting']
  const table = printTable(
    [...state, ...(counting ? ['clicked', 'opened'] : []), 'level', 'begins, began'],
    lives.map(({ name, state, counts, frozen, startsAt, counted }) => [
      visible(name, 64),
      state,
      counts?.total ?? 0,
      counts?.sent ?? 0,
      counts?.held ?? 0,
      counts?.deferred ?? 0,
      counts?.failed ?? 0,
      (counts?.dropped ?? 0) + (counts?.exported ?? 0),
      counts?.waiting ?? 0,
      ...(counting ? [counted?.clicks?.unique ?? '', counted?.opens?.unique ?? ''] : []),
      frozen?.level ?? '',
      startsAt === undefined ? '' : printMoment({ at: startsAt, zone: frozen?.startsAt?.zone ?? 'UTC' }),
    ]),
    process.stdout.columns,
  )
  return counting ? `${table}\nclicked, opened: by how many recipients. ${openCaveat}` : table
}
