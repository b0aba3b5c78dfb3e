import { readCertificate } from '../certificate.ts'
import { readSuite, ssl2Kinds } from '../registry/index.ts'
import type { Notebook } from './notebook.ts'
import { offer, suitesBefore13 } from './offer.ts'
import { askSparing, isFault, isRefusal, withoutDhe } from './sparing.ts'
import { findWeakness, weakSuites } from './weak.ts'

type KeyType = 'rsa' | 'ecdsa'

const soundSuites = suitesBefore13.filter((id) => !weakSuites.includes(id))

/** How often the weak suites are asked for when something weak was found: each answer shows one kind of them. */
const weakRounds = 2

/**
 * Asks as a client that sends no SNI does. Only suites for the given type of certificate key are offered, so that the
 * certificate can be compared with the one that was shown with SNI (cases.md 31).
 */
export async function askWithoutSni(notebook: Notebook, keyType: KeyType | undefined): Promise<void> {
  const usual = keyType === undefined ? soundSuites : soundSuites.filter((id) => signsWith(id) === keyType)
  const { answer } = await askSparing(notebook, usual, (suites) => offer({ version: 0x0303, suites, servername: undefined }))
  if (!answer || answer.kind === 'flight' || !isRefusal(answer)) return
  if (keyType === undefined || (answer.kind === 'alert' && answer.description === 70))
    notebook.noteVersion(0x0303, false, answer.bytes)
  else notebook.noteRefused(0x0303, usual)
}

/** Asks for nothing but what nobody should use; what is chosen is left out of the next question. */
export async function askWeak(notebook: Notebook, servername: string | undefined): Promise<void> {
  let left = weakSuites
  for (let round = 0; round < weakRounds && left.length > 0; round++) {
    const answer = await notebook.ask(offer({ version: 0x0303, suites: left, servername }))
    if (!answer) return
    if (answer.kind !== 'flight') {
      if (isRefusal(answer)) notebook.noteRefused(0x0303, left)
      return
    }
    const chosen = readSuite(answer.suite)
    const weakness = chosen && findWeakness(chosen)
    left = left.filter((id) => {
      const suite = readSuite(id)
      return suite !== undefined && findWeakness(suite) !== weakness
    })
  }
}

/** Asks for TLS 1.1 and whatever is older, one version down from each that is accepted. */
export async function askOld(notebook: Notebook, servername: string | undefined): Promise<void> {
  let version = 0x0302
  let offered = suitesBefore13
  while (version >= 0x0300) {
    const at = version
    const { answer } = await askSparing(notebook, offered, (suites) => offer({ version: at, suites, servername }))
    if (!answer) return
    // OpenSSL 3 fails so, whatever is offered, where its security level leaves a version no signature: nobody gets in by
    // this one, and of those below it nothing is said.
    const failed = isFault(answer)
    if (!failed && !isRefusal(answer)) return
    // A server chooses the best of what it has (RFC 5246 E.1), so all between is not there.
    const found = answer.kind === 'flight' && answer.version <= version
    const lowest = failed ? version - 1 : found ? answer.version : 0x02ff
    for (let absent = version; absent > lowest && absent >= 0x0300; absent--) notebook.noteVersion(absent, false, answer.bytes)
    version = failed ? lowest : lowest - 1
    if (failed) offered = withoutDhe(suitesBefore13)
  }
}

/** Asks whether SSLv2 is there (RFC 6176, DROWN). */
export async function askSsl2(notebook: Notebook): Promise<void> {
  const answer = await notebook.ask({ version: 0x0002, kinds: ssl2Kinds.map(({ id }) => id) })
  if (answer && answer.kind !== 'ssl2' && answer.kind !== 'timeout') notebook.noteVersion(0x0002, false, answer.bytes)
}

/** Asks for a certificate of the key type that was not seen yet: a server may have one that is out of date (cases.md 54). */
export async function askOtherKey(notebook: Notebook, servername: string | undefined): Promise<void> {
  const seen = new Set(notebook.chains.map(({ sent }) => sent[0] && readCertificate(sent[0])?.keyType))
  const other: KeyType | undefined =
    seen.has('rsa') && !seen.has('ec') ? 'ecdsa' : seen.has('ec') && !seen.has('rsa') ? 'rsa' : undefined
  if (other === undefined) return
  const suites = suitesBefore13.filter((id) => signsWith(id) === other)
  await notebook.ask(offer({ version: 0x0303, suites, servername }))
}

/** The type of certificate key a suite needs (RFC 8422 2.2). */
function signsWith(id: number): KeyType | undefined {
  const authentication = readSuite(id)?.authentication
  return authentication === 'rsa' || authentication === 'ecdsa' ? authentication : undefined
}
