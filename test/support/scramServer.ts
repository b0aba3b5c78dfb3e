import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import type { DeliveryScript } from './deliveryServer.ts'
import { challenge } from './logInWith.ts'

/** How a server of SCRAM-SHA-256 differs from a good one. */
export interface ScramScript {
  readonly password?: string
  readonly first?: (clientNonce: string) => string
  /** In place of the signature; undefined skips to the consent. */
  readonly final?: (signature: string) => string | undefined
}

const sign = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** The server's side of RFC 5802, written apart from the client's. */
export function serveScram(script: ScramScript = {}): DeliveryScript['answer'] {
  const salt = Buffer.from('salt of sixteen!')
  let bare = ''
  let first = ''
  let proven = false
  return ({ verb, line }) => {
    if (['EHLO', 'QUIT', '*'].includes(verb)) return undefined
    if (verb === 'AUTH') {
      const text = Buffer.from(line.split(' ')[2] ?? '', 'base64').toString()
      bare = text.replace(/^n,,/, '')
      const nonce = /r=(.*)$/.exec(bare)?.[1] ?? ''
      first = script.first?.(nonce) ?? `r=${nonce}server,s=${salt.toString('base64')},i=4096`
      return challenge(first)
    }
    if (proven) return line === '' ? '235 2.7.0 welcome\r\n' : '501 5.5.2 what\r\n'
    const final = Buffer.from(line, 'base64').toString()
    const [, end = '', proof = ''] = /^(.*),p=(.*)$/.exec(final) ?? []
    const salted = pbkdf2Sync(script.password ?? 'hunter2', salt, 4096, 32, 'sha256')
    const clientKey = sign(salted, 'Client Key')
    const whole = `${bare},${first},${end}`
    const signature = sign(createHash('sha256').update(clientKey).digest(), whole)
    const expected = Buffer.from(clientKey.map((octet, at) => octet ^ (signature[at] ?? 0)))
    const own = `v=${sign(sign(salted, 'Server Key'), whole).toString('base64')}`
    const said = script.final ? script.final(own) : own
    if (said === undefined) return '235 2.7.0 welcome\r\n'
    if (!script.final && expected.toString('base64') !== proof) return '535 5.7.8 no\r\n'
    proven = true
    return challenge(said)
  }
}
