/** OpenSMTPD by SMTP, and Dovecot by LMTP, get what the engine hands over. */
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect } from 'vitest'
import { writeCampaign } from './lab/campaign.ts'
import { captureDuring } from './lab/capture.ts'
import { collectHashes, hashesOf, letters, runEngine } from './lab/engine.ts'
import { byRecipient, readMessages } from './lab/mail.ts'
import { createWorkplace, runSealpost } from './lab/sealpost.ts'
import { countTurns } from './lab/tcpStream.ts'
import { testIn } from './lab/test.ts'

const test = testIn({ servers: ['opensmtpd', 'dovecot'] })

describe('OpenSMTPD', () => {
  // Debian 12 has an OpenSMTPD that OpenSSL 3 keeps from signing: it offers TLS and fails at it (case 29).
  test('has nothing where messages demand TLS, at which it fails', async ({ lab }) => {
    const sent = letters('opensmtpd', 'dots', 3, 'held')
    const { counts, reasons } = await runEngine(lab, 'opensmtpd', sent, { wait: false, level: 'encrypted' })
    expect(counts).toMatchObject({ sent: 0, held: 3 })
    expect(JSON.stringify(reasons)).toContain('the server broke off the TLS handshake')
    expect(await collectHashes(lab, 'opensmtpd', sent)).toEqual([])
  })

  test('has messages byte for byte where they may go in the clear, step by step: it offers no PIPELINING', async ({ lab }) => {
    const sent = [...letters('opensmtpd', 'dots', 60), ...letters('opensmtpd', 'empty', 2), ...letters('opensmtpd', 'eight', 2)]
    const { frames } = await captureDuring(lab, async () => {
      const level = 'opportunistic'
      const { counts, reasons } = await runEngine(lab, 'opensmtpd', sent, { wait: false, level, rule: { connections: 1 } })
      expect(counts, JSON.stringify(reasons)).toMatchObject({ sent: sent.length })
    })
    expect(await collectHashes(lab, 'opensmtpd', sent)).toEqual(hashesOf(sent))
    // One connection that fails at TLS, and one with MAIL, RCPT, DATA and the message for each.
    const turns = Math.max(...countTurns(frames, 25))
    expect(turns).toBeGreaterThanOrEqual(4 * sent.length)
    expect(turns).toBeLessThan(4 * sent.length + 6)
  })
})

describe('Dovecot', () => {
  test('has messages by LMTP byte for byte', async ({ lab }) => {
    const { name: host } = lab.server('dovecot')
    const sent = [...letters('dovecot', 'dots', 60), ...letters('dovecot', 'empty', 2), ...letters('dovecot', 'large', 1)]
    const relay = { host, port: 24, security: 'starttls', protocol: 'lmtp' } as const
    const { frames } = await captureDuring(lab, async () => {
      const { counts, reasons } = await runEngine(lab, 'dovecot', sent, { wait: false, relay, rule: { connections: 1 } })
      expect(counts, JSON.stringify(reasons)).toMatchObject({ sent: sent.length })
    })
    expect(await collectHashes(lab, 'dovecot', sent)).toEqual(hashesOf(sent))
    const [turns] = countTurns(frames, 24)
    // One round trip a message, and those of the greeting, STARTTLS and the first commands.
    expect(turns).toBeLessThan(sent.length + 12)
  })

  test('has a campaign whose route speaks LMTP', async ({ lab }) => {
    const workplace = createWorkplace(lab)
    const { file, expected } = writeCampaign(workplace, { domain: 'lmtp.test', size: 20 })
    const campaign = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    const route = { relay: 'mx.dovecot.test', port: 24, protocol: 'lmtp' }
    writeFileSync(file, JSON.stringify({ ...campaign, level: 'valid', route }))
    const sent = await runSealpost(lab, 'send', file, '--settings', workplace.settings, '--json')
    expect(sent.status, sent.stderr).toBe(0)
    const stored = (await lab.server('dovecot').collect()).filter(({ recipient }) => recipient.endsWith('@lmtp.test'))
    expect(await readMessages(byRecipient(stored))).toEqual(byRecipient(expected))
    const verified = await runSealpost(lab, 'verify', workplace.data)
    expect(verified.status, verified.stderr).toBe(0)
  })
})
