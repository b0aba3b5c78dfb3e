import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attemptKey, commit } from './index.ts'

const recipientKey = Uint8Array.from({ length: 32 }, (_, index) => index)

describe('commitments', () => {
  // Worked out with Python's hmac, the first also with openssl:
  // printf 'recipient\0ada@example.org' | openssl dgst -sha256 -mac HMAC -macopt hexkey:71aa… -binary | basenc --base64url
  it.each([
    ['recipient', 'ada@example.org', 'gH395dElz_Z4HQ2wjkRt_TygFhDSblUH1Gap7g9zYYE'],
    ['campaign', 'Frühling', 'qRsDAd-OtIjq677DTlD5lMMDrILzidZLH27sn4hv2yk'],
    ['domain', 'example.org', '1yLC-50PsvrHGnI23OTgyo7X2bEFPd8B6g-8gdjukNk'],
    [
      'message',
      '05ade08fcfb104f40b2536a14dfcd6e916d643f5cf8044b19028b607ae8f4908',
      'MpwKvRemH1KR6sr5sMK0ZGagd5VhZv_KpKGtoYToMog',
    ],
    ['reply', '2.0.0 Ok: queued as 4ABC', 'kEj-5x7QLqsuzKBYTYcHEzVotDmpzIX8YBad9wZ4f40'],
    ['reply', '', '4jbKUGrea7HqKGIUOuvk34emnWR65a1HHiI4PVPOOoo'],
    ['reply', 'ä'.repeat(5000), 'yWL_Vt8qfCHpKvYToO98EOu4TNHncGIShFzy9-5V70E'],
    ['peer', '{"host":"mx.example.org"}', 'imAMRqJ3YhdOurmYJaWXmjJjNyDMpfoC-ewoIJUcXfM'],
  ] as const)('to %s %.20s are as the plan has them', (what, value, expected) => {
    const key = attemptKey(recipientKey, 1)
    expect(Buffer.from(key).toString('hex')).toBe('71aa57328c1243cb1dbff877cae64feeb99819d2428fbf9e24dd544dbd56e3fc')
    expect(commit(key, what, value)).toBe(expected)
  })

  it('are of one attempt alone', () => {
    expect(Buffer.from(attemptKey(recipientKey, 12)).toString('hex')).toBe(
      '195c46ae9d389215cbcf36864a681c96002a3488f414abdf569b89bea26353c6',
    )
    const [first, second] = [attemptKey(recipientKey, 1), attemptKey(recipientKey, 2)]
    expect(commit(first, 'recipient', 'a')).not.toBe(commit(second, 'recipient', 'a'))
  })

  it('are HMAC-SHA-256, whatever key came before, however long the text', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 3000 })
    const keys = fc.uint8Array({ minLength: 1, maxLength: 64 })
    fc.assert(
      fc.property(keys, texts, (key, value) => {
        const expected = createHmac('sha256', key).update(`domain\0${value}`).digest('base64url')
        expect(commit(key, 'domain', value)).toBe(expected)
      }),
    )
  })
})
