import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createCheckContext } from '../../../src/check/index.ts'
import { exitOf } from '../../../src/cli/check.ts'
import { sweepList } from '../../../src/cli/checkList.ts'
import type { Progress } from '../../../src/cli/progress.ts'
import { type MockZone, mockResolver } from '../../../src/dns/index.ts'
import { createMemoryCache } from '../../../src/mtasts/index.ts'
import { StateFile } from '../../../src/sweep/index.ts'
import { startScriptedServer } from '../../../src/world/index.ts'
import { authority, mx, startLab, trust } from '../../support/lab.ts'
import { publicAddress } from '../../support/network.ts'
import { otherTlsa, tlsaName, tlsaOf } from '../../support/policyLab.ts'

const quiet: Progress = { visible: false, show: () => undefined, clear: () => undefined }
const toMx = { MX: [{ preference: 10, exchange: mx }] }

/** Sweeps domains that share a host with TLSA records; one of them is not signed, one has an MTA-STS policy. */
async function sweepShared(isRight: boolean) {
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-list-'))
  await using lab = await startLab()
  const { clock, network } = lab
  const identity = await authority.issue({ names: [mx] })
  await using server = await startScriptedServer({ hostname: mx, tls: { identity } }, { host: '127.0.0.1', clock })
  network.put(publicAddress, 25, server)
  const zone: MockZone = {
    'signed.test': { ...toMx, secure: true },
    'also-signed.test': { ...toMx, secure: true },
    'unsigned.test': toMx,
    '_mta-sts.signed.test': { TXT: ['v=STSv1; id=1;'] },
    [mx]: { A: [publicAddress], secure: true },
    [tlsaName]: { TLSA: [isRight ? tlsaOf(identity) : otherTlsa], secure: true },
  }
  const resolver = mockResolver(zone)
  const sts = { cache: createMemoryCache(), resolver, trust, clock, dialer: network.dialer, allowPrivateAddresses: false }
  const context = createCheckContext({ ...lab.context, resolver, sts })
  const open = async () => StateFile.open(join(folder, 'state.jsonl'), { clock, basis: '', maxAgeMs: 86_400_000 })
  const counts = new Map(['signed.test', 'also-signed.test', 'unsigned.test'].map((domain) => [domain, 1]))
  const runs = []
  for (let run = 0; run < 2; run++) {
    const state = await open()
    const swept = await sweepList(counts, { ...context }, state, new AbortController().signal, quiet)
    await state.close()
    runs.push(Object.fromEntries(swept.map(({ domain, set }) => [domain, set?.result])))
  }
  await rm(folder, { recursive: true })
  return { runs, asked: resolver.asked, connections: server.connections.length }
}

it('case 66: hosts that domains share are visited once, and what DANE proves of them depends on who names them', async () => {
  const { runs, asked, connections } = await sweepShared(true)
  for (const results of runs)
    expect(results).toMatchObject({
      'signed.test': { verdict: 'authenticated', cause: 'dane', grade: 'A' },
      'also-signed.test': { verdict: 'authenticated' },
      'unsigned.test': { verdict: 'valid', cause: 'dane-mx-insecure', grade: 'B' },
    })
  expect(connections).toBeLessThanOrEqual(8)
  // A policy is one domain's own: none is asked for, nor where reports go.
  expect(asked.filter((question) => question.startsWith('TXT') || question.includes('mta-sts'))).toEqual([])
})

it('case 71: a host whose certificate is not the one promised is below every level, also when it is recalled', async () => {
  const { runs } = await sweepShared(false)
  for (const results of runs) {
    const { 'unsigned.test': unsigned, 'signed.test': signed } = results
    for (const result of [unsigned, signed]) {
      expect(result).toMatchObject({ verdict: 'unauthenticated', cause: 'dane-mismatch', grade: 'D' })
      expect(exitOf(result ? [result] : [], 'encrypted')).toBe(1)
    }
  }
})
