/** `sealpost check` sees in each server what swaks and openssl see. */
import { describe, expect } from 'vitest'
import { connectWithOpenssl, greetWithSwaks } from './lab/client.ts'
import { offersTls, serverNames } from './lab/lab.ts'
import { createWorkplace, readJson, runSealpost } from './lab/sealpost.ts'
import { testIn } from './lab/test.ts'

interface CheckDocument {
  readonly results: readonly {
    readonly target: string
    readonly domain: string
    readonly verdict: string
    readonly grade: string
    readonly hosts: readonly {
      readonly mx: string
      readonly address: string
      readonly port: number
      readonly verdict: string
      readonly findings: readonly { readonly rule: string; readonly severity: string }[]
    }[]
  }[]
}

const test = testIn({ servers: serverNames })

describe.each(serverNames)('%s', (name) => {
  const verdict = offersTls(name) ? 'valid' : 'plaintext'

  test(`is ${verdict}, and swaks and openssl agree`, async ({ lab }) => {
    const { settings } = createWorkplace(lab)
    const outcome = await runSealpost(lab, 'check', `${name}.test`, '--settings', settings, '--json')
    const { results } = readJson(outcome) as CheckDocument
    const host = { mx: `mx.${name}.test`, address: lab.server(name).host.address, port: 25, verdict }
    expect(results).toMatchObject([{ domain: `${name}.test`, verdict, hosts: [host] }])
    expect(outcome.status, outcome.stderr).toBe(offersTls(name) ? 0 : 1)

    const swaks = await greetWithSwaks(lab, name, true)
    const openssl = await connectWithOpenssl(lab, name)
    expect(swaks.status === 0, swaks.stdout).toBe(verdict === 'valid')
    expect(openssl.verified, openssl.output).toBe(verdict === 'valid')
    expect(openssl.certificate === undefined, openssl.output).toBe(verdict === 'plaintext')
  })

  test('is not valid when nobody vouches for its certificate', async ({ lab }) => {
    const { settings } = createWorkplace(lab, { tls: {} })
    const outcome = await runSealpost(lab, 'check', `${name}.test`, '--settings', settings, '--json')
    const { results } = readJson(outcome) as CheckDocument
    expect(results[0]?.verdict).toBe(offersTls(name) ? 'unauthenticated' : 'plaintext')
  })
})

test('several targets in one run are told apart', async ({ lab }) => {
  const { settings } = createWorkplace(lab)
  const outcome = await runSealpost(lab, 'check', 'postfix.test', 'exim-plain.test', '--settings', settings, '--json')
  const { results } = readJson(outcome) as CheckDocument
  expect(results.map(({ domain, verdict }) => [domain, verdict])).toEqual([
    ['postfix.test', 'valid'],
    ['exim-plain.test', 'plaintext'],
  ])
  expect(outcome.status).toBe(1)
})
