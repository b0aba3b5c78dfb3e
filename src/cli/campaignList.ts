import { printMoment } from '../campaign/index.ts'
import { systemClock } from '../clock.ts'
import { json, visible } from '../escape.ts'
import { printTable } from '../report/index.ts'
import { loadSettings } from '../settings/index.ts'
import { type CampaignLife, LifeReader } from './campaignLife.ts'
import { publishLife } from './campaignShow.ts'
import { type Exit, exits } from './exit.ts'

/** Lists what there is of campaigns in the data folder. */
export async function runCampaignList(given: { readonly settings?: string; readonly json?: boolean }): Promise<Exit> {
  const { data } = await loadSettings(given.settings)
  using reader = LifeReader.open(data)
  const now = systemClock.now()
  const lives = reader.names().map((name) => reader.read(name, now))
  if (given.json) process.stdout.write(`${json(lives.map(publishLife))}\n`)
  else if (lives.length === 0) process.stdout.write('There is no campaign in the data folder yet.\n')
  else process.stdout.write(`${print(lives)}\n`)
  return exits.fine
}

function print(lives: readonly CampaignLife[]): string {
  return printTable(
    ['campaign', 'state', 'total', 'sent', 'held', 'deferred', 'failed', 'not sent', 'waiting', 'level', 'begins, began'],
    lives.map(({ name, state, counts, frozen, startsAt }) => [
      visible(name, 64),
      state,
      counts?.total ?? 0,
      counts?.sent ?? 0,
      counts?.held ?? 0,
      counts?.deferred ?? 0,
      counts?.failed ?? 0,
      (counts?.dropped ?? 0) + (counts?.exported ?? 0),
      counts?.waiting ?? 0,
      frozen?.level ?? '',
      startsAt === undefined ? '' : printMoment({ at: startsAt, zone: frozen?.startsAt?.zone ?? 'UTC' }),
    ]),
    process.stdout.columns,
  )
}
