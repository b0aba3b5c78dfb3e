/**
 * What MTA-STS says of domains, in words. A program, so that it can run in the namespace of the client:
 * `node askSts.ts CA DOMAIN...` prints a JSON object of a list of sentences for each.
 */
import { readFileSync } from 'node:fs'
import { systemClock } from '../../src/clock.ts'
import { createResolver } from '../../src/dns/index.ts'
import { createMemoryCache, describeResult, describeWarning, resolvePolicy } from '../../src/mtasts/index.ts'
import { dial } from '../../src/starttls/index.ts'
import { Trust } from '../../src/tls/index.ts'

const [ca = '', ...domains] = process.argv.slice(2)
const clock = systemClock
const resolver = createResolver({
  servers: [{ address: '127.0.0.1', port: 53 }],
  timeoutMs: 1_000,
  tries: 2,
  clock,
  trust: { kind: 'untrusted', reason: 'nobody asks' },
})
const deps = {
  cache: createMemoryCache(),
  resolver,
  trust: new Trust([readFileSync(ca, 'utf8')]),
  clock,
  dialer: dial,
  allowPrivateAddresses: true,
  timeoutMs: 2_000,
}
const said = domains.map(async (domain) => {
  const result = await resolvePolicy(domain, deps)
  const now = clock.now()
  return [domain, [describeResult(result, now), ...result.warnings.map((warning) => describeWarning(warning, now))]] as const
})
process.stdout.write(JSON.stringify(Object.fromEntries(await Promise.all(said))))
