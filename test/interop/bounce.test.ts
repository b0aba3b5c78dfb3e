/** Bounces that Debian's Postfix and Exim write by themselves are tied to the messages they are about. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { returnPathIn } from '../support/bounces.ts'
import { sendCampaign } from '../support/sentCampaign.ts'
import type { Lab } from './lab/lab.ts'
import { createWorkplace, readJson, runSealpost } from './lab/sealpost.ts'
import { testIn } from './lab/test.ts'

const test = testIn({
  servers: ['postfix', 'exim'],
  settings: {
    postfix: {
      recipient_delimiter: '+',
      // It takes mail for anybody, and finds out later that there is one mailbox alone.
      virtual_mailbox_maps: 'inline:{ bounces@postfix.test=everyone/ }',
      smtpd_reject_unlisted_recipient: 'no',
      relay_domains: 'exim.test',
      transport_maps: 'inline:{ exim.test=smtp:[10.77.0.11]:25 }',
    },
    exim: {
      acl_smtp_rcpt: '${if eq{$local_part}{refused}{deny message = 550 5.1.1 no such user here}{accept hosts = *}}',
    },
  },
})

/** To whom the messages of the campaign went; their numbers count from 1. */
const addresses = ['ada@postfix.test', 'refused@exim.test', 'bob@nowhere.test', 'news+cy@postfix.test']

interface Document {
  readonly messages: readonly Record<string, unknown>[]
}

async function send(lab: Lab, server: 'postfix' | 'exim', from: string, to: string): Promise<void> {
  const file = join(lab.folder, 'message.eml')
  const header = ['From: news@shop.test', `To: ${to}`, 'Subject: Hello', 'Message-ID: <x@shop.test>']
  writeFileSync(file, [...header, '', 'The text.'].join('\r\n'))
  const where = ['--server', lab.server(server).host.address, '--port', '25', '--helo', 'client.test']
  const { status, stdout } = await lab.run(['swaks', ...where, '--from', from, '--to', to, '--data', `@${file}`])
  expect(status, stdout).toBe(0)
}

/** Sends message `id` from its own return path at a server, and reads what the server brings back. */
async function bounce(lab: Lab, server: 'postfix' | 'exim', id: number) {
  const { data, settings } = createWorkplace(lab)
  await sendCampaign(data, addresses, Date.now() - 86_400_000)
  const from = await returnPathIn(data, id, `bounces@${server}.test`)
  await send(lab, server, from, addresses[id - 1] ?? '')
  await lab.server(server).collect()
  const outcome = await runSealpost(lab, 'bounces', 'read', '--json', '--settings', settings, lab.server(server).maildir)
  // The mailbox keeps what earlier tests brought: those bear the signatures of other data folders.
  const { messages } = readJson(outcome) as Document
  const list = await runSealpost(lab, 'suppression', 'list', '--json', '--settings', settings)
  return {
    found: messages.filter(({ signed }) => signed),
    others: messages.filter(({ signed }) => !signed),
    suppressed: readJson(list),
  }
}

describe('a bounce', () => {
  test('of Postfix for a mailbox that it does not have', async ({ lab }) => {
    const { found, suppressed } = await bounce(lab, 'postfix', 1)
    expect(found).toMatchObject([
      {
        kind: 'delivery-report',
        address: 'ada@postfix.test',
        message: 1,
        consequence: 'suppress',
        weight: 'hard',
        status: '5.1.1',
      },
    ])
    expect(suppressed).toMatchObject([{ address: 'ada@postfix.test', reason: 'bounce', campaign: 'spring' }])
  })

  test('of Postfix for what Exim refused', async ({ lab }) => {
    const { found, suppressed } = await bounce(lab, 'postfix', 2)
    expect(found).toMatchObject([
      {
        address: 'refused@exim.test',
        consequence: 'suppress',
        status: '5.1.1',
        detail: expect.stringContaining('no such user here'),
      },
    ])
    expect(suppressed).toMatchObject([{ address: 'refused@exim.test' }])
  })

  test('of Postfix for an address with an extension of its own', async ({ lab }) => {
    const { found, others } = await bounce(lab, 'postfix', 4)
    expect(found).toMatchObject([{ address: 'news+cy@postfix.test', consequence: 'suppress' }])
    for (const other of others) expect(other).toMatchObject({ kind: 'delivery-report', consequence: 'nothing', message: null })
  })

  test('of Exim that knows no way, and says 5.0.0: it is counted', async ({ lab }) => {
    const { found, suppressed } = await bounce(lab, 'exim', 3)
    expect(found).toMatchObject([
      { address: 'bob@nowhere.test', message: 3, consequence: 'note', weight: 'soft', status: '5.0.0' },
    ])
    expect(suppressed).toEqual([])
  })
})
