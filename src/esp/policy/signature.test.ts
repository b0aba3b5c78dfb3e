import { describe, expect, it } from 'vitest'
import type { ApiRequest } from './request.ts'
import { signRequest } from './signature.ts'

/** The published example of AWS's Signature Version 4 test suite: its key, time, region and host. */
function sign(request: ApiRequest, sessionToken?: string): Readonly<Record<string, string>> {
  return signRequest({
    request,
    host: 'example.amazonaws.com',
    region: 'us-east-1',
    service: 'service',
    time: new Date('2015-08-30T12:36:00Z'),
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    sessionToken,
  })
}

describe('Signature Version 4, against the suite that AWS publishes', () => {
  it.each([
    ['get-vanilla', { method: 'GET', path: '/' }, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    [
      'get-vanilla-query-order-key-case',
      {
        method: 'GET',
        path: '/',
        query: [
          ['Param2', 'value2'],
          ['Param1', 'value1'],
        ],
      },
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
  ] as const)('%s', (_, request, signature) => {
    const headers = sign(request)
    expect(headers['x-amz-date']).toBe('20150830T123600Z')
    expect(headers['authorization']).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
    )
  })

  it('signs the body, its type and the session token', () => {
    const plain = sign({ method: 'PUT', path: '/', body: { type: 'application/json', text: '{}' } })
    const other = sign({ method: 'PUT', path: '/', body: { type: 'application/json', text: '{ }' } })
    expect(plain['authorization']).toContain('SignedHeaders=content-type;host;x-amz-date,')
    expect(plain['authorization']).not.toBe(other['authorization'])
    expect(sign({ method: 'GET', path: '/' }, 'token')['authorization']).toContain(
      'SignedHeaders=host;x-amz-date;x-amz-security-token,',
    )
  })

  it('never has the secret in it', () => {
    expect(JSON.stringify(sign({ method: 'GET', path: '/' }))).not.toContain('wJalrXUtnFEMI')
  })
})
