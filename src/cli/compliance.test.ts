import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freezeCampaign, loadCampaign } from '../campaign/index.ts'
import { ListSurvey } from '../compliance/index.ts'
import { createSigner, makeSigningKey, printKeyRecord, sign } from '../dkim/index.ts'
import { mockResolver } from '../dns/index.ts'
import { SealpostError } from '../errors.ts'
import { openList } from '../list/index.ts'
import type { MessageSource } from '../queue/index.ts'
import { loadSettings } from '../settings/index.ts'
import { examineCompliance } from './compliance.ts'
import { createSource } from './source.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  await writeFile(join(folder, 'message.txt'), 'Hello {{ name }}\n')
  await writeFile(join(folder, 'list.csv'), 'email,name\nada@gmail.com,Ada\nbob@gmail.com,\n')
  await writeFile(
    join(folder, 'campaign.yaml'),
    'name: spring\nlist: ./list.csv\nfrom: news@shop.com\nsubject: Hi\ntext: ./message.txt\nheaders: { List-Unsubscribe: "<https://shop.com/u>", List-Unsubscribe-Post: List-Unsubscribe=One-Click }\n',
  )
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function examineWith(change: (source: MessageSource) => MessageSource, zone: Parameters<typeof mockResolver>[0] = {}) {
  const campaign = await loadCampaign(join(folder, 'campaign.yaml'))
  const frozen = await freezeCampaign(campaign)
  const list = await openList(campaign.list)
  const survey = new ListSurvey(list, () => 0)
  for await (const row of list.rows()) survey.add(row)
  const settings = { ...(await loadSettings()), data: join(folder, 'data') }
  const examined = { campaign, frozen, source: change(createSource(frozen, {})), survey, writtenAt: Date.now() }
  const { findings, kept } = await examineCompliance(examined, settings, mockResolver(zone), ['198.51.100.1'])
  return { kept, said: (rule: string) => findings.find((one) => one.rule === rule) }
}

it('tells of a row that no message can be made of, and judges by the others', async () => {
  const { said } = await examineWith((source) => ({
    render: async (item) => {
      if (item.address === 'bob@gmail.com') throw new SealpostError('SP_TEMPLATE_INVALID', { what: 'The name is missing' })
      return source.render(item)
    },
  }))
  expect(said('message-unmade')).toMatchObject({ severity: 'warning', evidence: 'line 3: The name is missing' })
  expect(said('dkim-missing')?.evidence).toBe('a message of this campaign has none')
})

it('does not take a fault of its own for one of a row', async () => {
  const broken: MessageSource = {
    render: async () => {
      throw new Error('out of order')
    },
  }
  await expect(examineWith(() => broken)).rejects.toThrow('out of order')
})

it('sees the signature that sending makes, and whether DNS has its key', async () => {
  const key = await makeSigningKey('rsa')
  const options = { domain: 'shop.com', selector: 's1', key, clock: { now: () => Date.now() } }
  const signing = (source: MessageSource): MessageSource => ({
    render: async (item) => {
      const { raw, ...rest } = await source.render(item)
      return { ...rest, raw: Buffer.concat([await sign(raw, [createSigner(options)]), raw]) }
    },
  })
  const { name, text } = printKeyRecord(options)
  const { kept } = await examineWith(signing, { [name]: { TXT: [text] } })
  expect(kept).toEqual(
    expect.arrayContaining(['dkim-missing', 'dkim-differs', 'dkim-weak', 'unsubscribe-unsigned', 'dmarc-alignment']),
  )
  const other = printKeyRecord({ ...options, key: await makeSigningKey('rsa') })
  expect((await examineWith(signing, { [name]: { TXT: [other.text] } })).said('dkim-differs')?.severity).toBe('error')
  expect((await examineWith(signing, { [name]: 'timeout' })).said('dkim-unpublished')?.severity).toBe('untested')
})
