/** What a receipt proves, in words for whoever has never seen a log. Everything here is text: the page escapes nothing. */

const outcomes = {
  delivered: 'handed over: the receiving server took it',
  deferred: 'put off: the receiving server asked to try again later',
  failed: 'refused: the receiving server did not take it',
  'reply-lost': 'not known: the connection broke before the receiving server answered',
  unknown: 'not known: it was begun, and the sending program was stopped before it could record the end',
}

const strengths = {
  observed: "The sender's own program saw it.",
  claimed: 'A mail provider says so. The sender did not see it.',
  unknown: 'Nobody saw how it ended.',
}

const vouchers = {
  dane: 'TLSA records in signed DNS (DANE)',
  sts: 'the MTA-STS policy of the domain',
  user: 'a host name that the sender had set',
  dns: 'DNS that is not signed: the host may have been another',
}

/** One sentence, to be read aloud. */
export function tellAttempt({ attempt, opening }) {
  const claim = attempt.claim === null ? '' : ` by the provider ${attempt.claim.provider} (${attempt.claim.event})`
  return `On ${tellTime(attempt.time)}, the message to ${opening.recipient} of the campaign “${opening.campaign}” was ${outcomes[attempt.outcome]}${claim}. ${strengths[attempt.strength]}`
}

export function tellSession({ attempt, session, peer }) {
  if (session === null || peer === null) {
    const tls = attempt.claim?.tls
    const claimed = tls === true ? 'that it used TLS' : tls === false ? 'that it did not use TLS' : 'nothing of encryption'
    return attempt.claim === null
      ? 'No connection is recorded, so nothing is proven of its encryption.'
      : `No connection is recorded: the provider says ${claimed}, and that is its word alone.`
  }
  if (session.tls === null) return `The connection to ${peer.host} was NOT encrypted.`
  const resumed = session.tls.resumed ? ', resumed from an earlier connection' : ''
  return `The connection to ${peer.host} was encrypted with ${session.tls.version}${resumed}. Who that host was: ${tellIdentity(session)}.`
}

function tellIdentity({ verdict, voucher }) {
  const ground = voucher === null ? 'nobody vouched for it' : `vouched for by ${vouchers[voucher]}`
  if (verdict === 'authenticated') return `authenticated, ${ground}`
  if (verdict === 'valid') return `its certificate was valid for its name; ${ground}`
  return `not authenticated (verdict “${verdict}”); ${ground}`
}

/** In a few words: whose word it is that is proven. */
export function tellVerdict({ attempt }, stamps) {
  const wrong = stamps.some(({ kind }) => kind === 'failed') ? '; a time-stamp in the receipt is wrong' : ''
  if (attempt.strength === 'claimed') return `Proven as a claim only${wrong}`
  if (attempt.strength === 'unknown') return `Proven, but not how it ended${wrong}`
  return `Proven${wrong}`
}

/** Whether the sender saw that it was encrypted: what is proven need not be good. */
export function wasSeenEncrypted({ attempt, session }, stamps) {
  const encrypted = session !== null && session.tls !== null && attempt.strength === 'observed'
  return encrypted && stamps.every(({ kind }) => kind !== 'failed')
}

/** Names and values, in the order in which they are read. */
export function listFacts({ attempt, opening, session, peer, certificates }) {
  const rows = [
    ['Recipient', opening.recipient],
    ['Domain', opening.domain],
    ['Campaign', opening.campaign],
    ['Outcome', attempt.outcome],
    [
      'Answer of the server',
      opening.reply ?? ([attempt.code, attempt.enhanced].filter((part) => part !== null).join(' ') || null),
    ],
    ['Octets sent', attempt.octets],
    ['SHA-256 of the message', opening.message],
  ]
  if (session === null || peer === null) return rows
  rows.push(
    ['Host', `${peer.host}, ${peer.address}, port ${session.port}`],
    ['Demanded', `${session.level}: ${peer.reason}`],
    ['Verdict', `${session.verdict} (${session.cause}); ${session.decision}`],
    [
      'TLS',
      session.tls === null
        ? 'none'
        : [session.tls.version, session.tls.cipher, session.tls.group].filter((part) => part !== null).join(', '),
    ],
    [
      'Certificate was shown',
      (session.tls?.provenAt ?? null) === null ? null : `${tellTime(session.tls.provenAt)}: this connection resumed that one`,
    ],
    ['Certificate (SHA-256)', peer.certificate],
    ['Public key (SHA-256)', peer.key],
    [
      'TLSA records',
      peer.tlsa === null ? null : `${peer.tlsa.records.join('; ')}${peer.tlsa.secure ? '' : ' (not from signed DNS)'}`,
    ],
    ['MTA-STS policy', peer.sts === null ? null : peer.sts.id],
    ['Certificates in the receipt', certificates.length === 0 ? 'none' : `${certificates.length}, as they were shown`],
    ['Written by', session.software],
  )
  return rows
}

/** Where it stands in the log, and who else saw that. */
export function listGround({ origin, index, checkpoint, witnessed, rotations }, root, stamps) {
  return [
    ['Log', origin],
    ['Entry', `${index}, of ${checkpoint.size} that are signed`],
    ['Checkpoint (size:root)', `${checkpoint.size}:${root}`],
    [
      'Witnesses',
      witnessed
        .map(({ name, time }) => (time === undefined ? name : `${name}, ${tellTime(new Date(time * 1000).toISOString())}`))
        .join('; ') || 'none that you named',
    ],
    ['Changes of the key', rotations === 0 ? 'none' : `${rotations}, each signed by the former key`],
    ...(stamps.length === 0 ? [['Time-stamp', 'none']] : stamps.map((stamp) => ['Time-stamp', tellStamp(stamp)])),
  ]
}

function tellStamp(stamp) {
  if (stamp.kind === 'failed') return `does not verify: ${stamp.why}`
  const accuracy = stamp.accuracy === undefined ? '' : `, ± ${stamp.accuracy} ms`
  const said = `${tellTime(new Date(stamp.time).toISOString())}${accuracy}, by ${stamp.authority}`
  if (stamp.kind === 'verified') return `${said}: verified`
  return `${said}: seen, not verified. Say which authorities you trust; anybody could have made it otherwise.`
}

function tellTime(iso) {
  return `${iso.slice(0, 10)} at ${iso.slice(11, 19)} UTC`
}
