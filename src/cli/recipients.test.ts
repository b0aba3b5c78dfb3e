import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadCampaign } from '../campaign/index.ts'
import { ListSurvey } from '../compliance/index.ts'
import { SqliteLists } from '../store/index.ts'
import { openRecipients } from './recipients.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  await writeFile(join(folder, 'message.txt'), 'Hello\n')
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

async function open(list: string) {
  const lines = ['name: spring', `list: ${list}`, 'from: news@shop.test', 'subject: Hi', 'text: ./message.txt']
  await writeFile(join(folder, 'campaign.yaml'), lines.join('\n'))
  return openRecipients(await loadCampaign(join(folder, 'campaign.yaml')), { data: join(folder, 'data') })
}

async function factsOf(list: string) {
  using recipients = await open(list)
  const survey = new ListSurvey(recipients, () => 0)
  for await (const row of recipients.rows()) survey.add(row)
  return survey.facts(await recipients.writtenAt())
}

it('a stored list says itself when it was imported, and which column is that of consent', async () => {
  {
    using lists = SqliteLists.open(join(folder, 'data'))
    await lists.commit(
      {
        name: 'readers',
        columns: ['email', 'agreed'],
        mapping: { email: 'email', consentAt: 'agreed' },
        source: 'readers.csv',
        sha256: () => '',
        replace: false,
      },
      members(),
      86_400_000,
    )
  }
  expect(await factsOf('readers')).toMatchObject({ writtenAt: 86_400_000, consent: { column: 'agreed', filled: 1 } })
})

it('of a file it is when it was written, and the column whose name says so', async () => {
  await writeFile(join(folder, 'list.csv'), 'email,Anmeldedatum\nada@a.test,2025-04-03\nbob@a.test,\n')
  const { mtimeMs } = await stat(join(folder, 'list.csv'))
  expect(await factsOf('./list.csv')).toMatchObject({ writtenAt: mtimeMs, consent: { column: 'Anmeldedatum', filled: 1 } })
})

async function* members() {
  const shared = { domain: 'a.test', consentAt: undefined, consentHow: '', consentSource: '' }
  yield { ...shared, address: 'ada@a.test', addressKey: 'ada@a.test', columns: { email: 'ada@a.test', agreed: '2025-04-03' } }
  yield { ...shared, address: 'bob@a.test', addressKey: 'bob@a.test', columns: { email: 'bob@a.test', agreed: '' } }
}
