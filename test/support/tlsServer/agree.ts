import type { TlsBehaviour } from './behaviour.ts'
import type { SeenHello } from './clientHello.ts'
import { isCurve } from './group.ts'
import type { TlsIdentity } from './identity.ts'
import { chooseScheme, keyTypeOf } from './sign.ts'
import { findSuite, type Suite } from './suite.ts'

/** What client and server have in common up to TLS 1.2. */
export interface Agreement {
  readonly version: number
  readonly suite: Suite
  readonly group: number | undefined
  readonly compression: number
  readonly identity: TlsIdentity | undefined
  readonly scheme: number | undefined
}

/** What they have in common in TLS 1.3, as far as a ServerHello tells. */
export interface Agreement13 {
  readonly suite: number
  readonly group: number
  /** The client's share; undefined asks for one by HelloRetryRequest. */
  readonly share: Buffer | undefined
}

/** The number of an alert stands for a refusal. */
export type Refusal = number

export const alerts = {
  unexpectedMessage: 10,
  badRecordMac: 20,
  handshakeFailure: 40,
  illegalParameter: 47,
  protocolVersion: 70,
  inappropriateFallback: 86,
  missingExtension: 109,
  unrecognizedName: 112,
} as const

/** The highest version that both have, from 0x0300 up; below stands the number of an alert. */
export function agreeOnVersion(hello: SeenHello, { versions, fallback }: TlsBehaviour): number {
  const ours = versions.filter((version) => version >= 0x0300)
  const highest = Math.max(...ours)
  const offered = Math.max(hello.version, ...(hello.versions ?? []).filter((version) => version <= 0x0304))
  // RFC 7507 3: it fell back though the server could do better.
  if (fallback === 'honoured' && hello.suites.includes(0x5600) && highest > offered) return alerts.inappropriateFallback
  // RFC 8446 4.2.1: a server that knows the extension goes by it alone; an older one has never heard of it.
  const knows13 = ours.includes(0x0304) && hello.versions !== undefined
  const common = ours.filter((version) =>
    knows13 ? hello.versions?.includes(version) : version < 0x0304 && version <= hello.version,
  )
  return common.length > 0 ? Math.max(...common) : alerts.protocolVersion
}

/** Suite, group and certificate for a version up to TLS 1.2. */
export function agree(
  hello: SeenHello,
  version: number,
  behaviour: TlsBehaviour,
  identities: readonly TlsIdentity[],
): Agreement | Refusal {
  const group = agreeOnCurve(hello, behaviour)
  const compression = behaviour.compression.find((method) => hello.compression.includes(method)) ?? 0
  for (const suite of listCommonSuites(hello, behaviour).map(findSuite)) {
    if (suite.since > version || suite.exchange === 'tls13') continue
    const agreed = { version, suite, compression, group: suite.exchange === 'ecdhe' ? group : undefined }
    if (suite.exchange === 'ecdhe' && group === undefined) continue
    if (suite.key === undefined) return { ...agreed, identity: undefined, scheme: undefined }
    for (const identity of identities.filter(({ key }) => keyTypeOf(key) === suite.key)) {
      const signs = suite.signed && version === 0x0303
      const scheme = signs ? chooseScheme(identity.key, behaviour.schemes, hello.schemes) : undefined
      if (!signs || scheme !== undefined) return { ...agreed, identity, scheme }
    }
  }
  return alerts.handshakeFailure
}

/** Suite and group in TLS 1.3. */
export function agree13(hello: SeenHello, behaviour: TlsBehaviour): Agreement13 | Refusal {
  const { groups, keyShares, schemes } = hello
  // RFC 8446 9.2: without a pre-shared key all three are there.
  if (!groups || !keyShares || !schemes) return alerts.missingExtension
  // RFC 8446 4.2.8: a share for a group that was not named.
  if (keyShares.some(({ group }) => !groups.includes(group))) return alerts.illegalParameter
  const suite = listCommonSuites(hello, behaviour).find((id) => findSuite(id).exchange === 'tls13')
  const common = arrange(behaviour.groups, groups, behaviour.groupOrder)
  const [preferred] = common
  if (suite === undefined || preferred === undefined) return alerts.handshakeFailure
  const shareOf = (group: number) => keyShares.find((share) => share.group === group)?.share
  const group = behaviour.helloRetry === 'preferred' ? preferred : (common.find(shareOf) ?? preferred)
  return { suite, group, share: shareOf(group) }
}

function agreeOnCurve(hello: SeenHello, behaviour: TlsBehaviour): number | undefined {
  const ours = behaviour.groups.filter(isCurve)
  // RFC 8422 4: a client that names no groups takes any.
  return hello.groups ? arrange(ours, hello.groups, behaviour.groupOrder)[0] : ours[0]
}

function listCommonSuites(hello: SeenHello, { suites, order }: TlsBehaviour): number[] {
  return arrange(suites, hello.suites, order)
}

function arrange(ours: readonly number[], theirs: readonly number[], order: 'server' | 'client'): number[] {
  const [first, second] = order === 'server' ? [ours, theirs] : [theirs, ours]
  return first.filter((one) => second.includes(one))
}
