/** The policy host of all domains with MTA-STS, in a namespace of its own. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Identity } from '../../../src/world/index.ts'
import { createParty, identityOf } from '../../support/chainParty.ts'
import { startInHouse } from '../lab/house.ts'
import type { Host } from '../lab/network.ts'
import { repository } from '../lab/requirement.ts'
import { waitUntilSaid } from '../lab/wait.ts'
import type { Parties, ServerKind } from './server.ts'
import { type PolicyAnswer, stsHost, stsScenarios } from './sts.ts'

/** What `servePolicies.ts` is told. */
export interface PolicyHostPlan {
  readonly address: string
  readonly own: Identity
  readonly stranger: Identity
  /** By host name. */
  readonly answers: Readonly<Record<string, PolicyAnswer>>
  /** A file; while it is there, nobody is answered. */
  readonly closed: string
}

export interface PolicyHost {
  /** Answers nobody from now on. */
  close(): void
}

export async function startPolicyHost(host: Host, folder: string, { authority }: Parties): Promise<PolicyHost> {
  mkdirSync(folder)
  const names = stsScenarios.map(({ label }) => `mta-sts.${label}.test`)
  const issue = async (own: readonly string[]) =>
    identityOf(await createParty('CN=policy host', { issuer: authority, names: own, authority: false }))
  const closed = join(folder, 'closed')
  const answers = stsScenarios.flatMap(({ label, answer }) => (answer ? [[`mta-sts.${label}.test`, answer] as const] : []))
  const plan: PolicyHostPlan = {
    address: host.address,
    own: await issue(names),
    stranger: await issue(['www.test']),
    answers: Object.fromEntries(answers),
    closed,
  }
  const file = join(folder, 'plan.json')
  writeFileSync(file, JSON.stringify(plan))
  const program = join(repository, 'test/interop/servePolicies.ts')
  await waitUntilSaid(startInHouse({ host, program: undefined, folder }, [process.execPath, program, file]), /ready/)
  return { close: () => writeFileSync(closed, '') }
}

/** Records of the domains for the zone `test`. */
export function printStsRecords(parties: Parties, addresses: ReadonlyMap<ServerKind, string>, policyHost: string): string[] {
  // Nothing listens for HTTPS at a mail server.
  const closed = addresses.get('plain')
  const domains = stsScenarios.flatMap((scenario) => {
    const { label, records = ['v=STSv1; id=1;'], answer, server, tlsa = [] } = scenario
    return [
      `${label} MX 10 ${server ? `mx.${label}.test` : stsHost}.`,
      ...(server ? [`mx.${label} A ${addresses.get(server)}`] : []),
      ...tlsa.map((record) => `_25._tcp.mx.${label} TLSA ${parties.printTlsa(record)}`),
      ...records.map((text) => `_mta-sts.${label} TXT "${text}"`),
      ...(answer === null ? [] : [`mta-sts.${label} A ${answer ? policyHost : closed}`]),
    ]
  })
  return [`${stsHost}. A ${addresses.get('good')}`, ...domains]
}
