/** Debian's own servers get what the engine hands over, byte for byte, with one round trip a message. */
import { describe, expect } from 'vitest'
import { captureDuring } from './lab/capture.ts'
import { collectHashes, hashesOf, letters, runEngine } from './lab/engine.ts'
import { countTurns } from './lab/tcpStream.ts'
import { testIn } from './lab/test.ts'

const test = testIn({
  servers: ['postfix', 'exim'],
  settings: {
    postfix: { message_size_limit: '51200000', virtual_mailbox_limit: '0' },
    exim: { smtputf8_advertise_hosts: '*' },
  },
})

describe.each(['postfix', 'exim'] as const)('%s', (name) => {
  test.for([true, false])('has every kind of message byte for byte (chunking %s)', async (chunking, { lab }) => {
    const who = (kind: string): string => `${kind}-${chunking ? 'bdat' : 'data'}`
    const sent = [
      ...letters(name, 'dots', 30, who('dots')),
      ...letters(name, 'empty', 3, who('empty')),
      ...letters(name, 'eight', 3, who('eight')),
      ...letters(name, 'unicode', 2, who('žofie')),
      ...letters(name, 'large', 2, who('large')),
    ]
    const { counts, reasons } = await runEngine(lab, name, sent, { chunking, wait: false })
    expect(counts, JSON.stringify(reasons)).toMatchObject({ sent: sent.length })
    expect(await collectHashes(lab, name, sent)).toEqual(hashesOf(sent))
  })

  test.for([true, false])('is told the next message with the end of this one (chunking %s)', async (chunking, { lab }) => {
    const sent = letters(name, 'dots', 60, chunking ? 'turn-bdat' : 'turn-data')
    const { frames } = await captureDuring(lab, async () => {
      const { counts } = await runEngine(lab, name, sent, { chunking, wait: false, rule: { connections: 1 } })
      expect(counts).toMatchObject({ sent: sent.length })
    })
    const turns = countTurns(frames, 25)
    expect(turns).toHaveLength(1)
    // Greeting, STARTTLS, the handshake, EHLO, the first MAIL and QUIT take some; two each would be 120.
    expect(turns[0]).toBeGreaterThanOrEqual(60)
    expect(turns[0]).toBeLessThan(72)
  })
})
