/** The examples of the standards: what our canonical forms have to reproduce, octet for octet. */
import { createPrivateKey, hash, sign as signOctets, verify } from 'node:crypto'
import { expect, it } from 'vitest'
import { relaxBody, simplifyBody } from './canonicalBody.ts'
import { parseKeyRecord } from './index.ts'
import { readSection } from './section.ts'
import { canonicalizeFields } from './sign.ts'
import type { Canonicalization } from './signer.ts'

const lines = (text: string): string => text.replaceAll('\n', '\r\n')

/** RFC 8463 A.3, two spaces in the third line; RFC 6376 A.2 has one where its hash was made (erratum 3192). */
const write = (gap: string, received = ''): Buffer =>
  Buffer.from(
    lines(`${received}From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.${gap}Are you hungry yet?

Joe.

`),
  )

const bodyHash = '2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8='

function canonicalize(message: Buffer, names: readonly string[], unsigned: string, form: Canonicalization): Buffer {
  const section = readSection(message)
  const fields = names.flatMap((name) => section.fields.get(name) ?? [])
  return canonicalizeFields(message, fields, lines(unsigned), form)
}

function bodyOf(message: Buffer): Buffer {
  return message.subarray(readSection(message).bodyStart)
}

function readKey(record: string) {
  const read = parseKeyRecord(record)
  if (read.kind !== 'key') throw new Error(`${record} is ${read.kind}`)
  return read.key
}

const names = ['from', 'to', 'subject', 'date', 'message-id']

it('RFC 8463 A.3: the Ed25519 signature comes out as printed', () => {
  const message = write('  ')
  const signature = '/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw=='
  const unsigned = `DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=${bodyHash};
 b=`
  const input = canonicalize(message, names, unsigned, 'relaxed')
  // RFC 8463 A.2, in the form of RFC 8410 7.
  const secret = Buffer.from('nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=', 'base64')
  const head = Buffer.from('302e020100300506032b657004220420', 'hex')
  const key = createPrivateKey({ key: Buffer.concat([head, secret]), format: 'der', type: 'pkcs8' })
  expect(hash('sha256', relaxBody(bodyOf(message)), 'base64')).toBe(bodyHash)
  expect(signOctets(null, hash('sha256', input, 'buffer'), key).toString('base64')).toBe(signature)
  const published = readKey('v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=')
  expect(verify(null, hash('sha256', input, 'buffer'), published, Buffer.from(signature, 'base64'))).toBe(true)
})

it('RFC 8463 A.3: the RSA signature is one over what we make of the message', () => {
  const unsigned = `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=${bodyHash};
 b=`
  const signature =
    'F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2JzdA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8='
  const key = readKey(
    'v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB',
  )
  const input = canonicalize(write('  '), names, unsigned, 'relaxed')
  expect(verify('sha256', input, key, Buffer.from(signature, 'base64'))).toBe(true)
})

it('RFC 6376 A.2, as its errata 3192 and 4926 have it: the signature is one over our simple form', () => {
  const received = `Received: from client1.football.example.com  [192.0.2.1]
      by submitserver.example.com with SUBMISSION;
      Fri, 11 Jul 2003 21:01:54 -0700 (PDT)
`
  const message = write(' ', received)
  // b= has a semicolon behind it there, which stays.
  const unsigned = `DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;
      c=simple/simple; q=dns/txt; i=joe@football.example.com;
      h=Received : From : To : Subject : Date : Message-ID;
      bh=${bodyHash};
      b=;`
  const signature =
    'AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHutKVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV4bmp/YzhwvcubU4='
  const key = readKey(
    'v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB',
  )
  expect(hash('sha256', simplifyBody(bodyOf(message)), 'base64')).toBe(bodyHash)
  const input = canonicalize(message, ['received', ...names], unsigned, 'simple')
  expect(verify('sha256', input, key, Buffer.from(signature, 'base64'))).toBe(true)
})

it('RFC 6376 3.4.5: the example of canonical forms', () => {
  const message = Buffer.from('A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n')
  const both = ['a', 'b']
  const own = (form: Canonicalization): string => canonicalize(message, both, 'S: x', form).toString()
  expect(own('relaxed')).toBe('a:X\r\nb:Y Z\r\ns:x')
  expect(own('simple')).toBe('A: X\r\nB : Y\t\r\n\tZ  \r\nS: x')
  expect(relaxBody(bodyOf(message)).toString()).toBe(' C\r\nD E\r\n')
  expect(simplifyBody(bodyOf(message)).toString()).toBe(' C \r\nD \t E\r\n')
})

it.each([
  ['', '', '\r\n'],
  ['\r\n\r\n', '', '\r\n'],
  [' \r\n\t\r\n', '', ' \r\n\t\r\n'],
  ['x', 'x\r\n', 'x\r\n'],
])('RFC 6376 3.4.3, 3.4.4: the body %j is %j relaxed and %j simple', (body, relaxed, simple) => {
  expect(relaxBody(Buffer.from(body)).toString()).toBe(relaxed)
  expect(simplifyBody(Buffer.from(body)).toString()).toBe(simple)
})
