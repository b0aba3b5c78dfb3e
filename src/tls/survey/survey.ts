import type { Ask } from './ask.ts'
import type { TlsSurvey } from './facts.ts'
import { listGroups } from './groups.ts'
import { Notebook } from './notebook.ts'
import { listByRetry } from './retry.ts'
import { askOld, askOtherKey, askSsl2, askWeak, askWithoutSni } from './question.ts'
import { listSuites } from './suites.ts'

export interface SurveyOptions {
  /** Sent as SNI; undefined for a host that is named by its address. */
  readonly servername: string | undefined
  /** A version that is known to be accepted, from a handshake that came to its end. */
  readonly version: number | undefined
  /** The type of certificate key that was shown in it. */
  readonly keyType: 'rsa' | 'ecdsa' | undefined
}

/**
 * The questions that matter most, a connection each, gravest first: whatever ends it early, the answers so far stand.
 * Is there TLS 1.2, and which certificate do those get who send no SNI; is anything weak; is there an older version;
 * SSLv2; the certificate of the other key type.
 */
export async function surveyBriefly(ask: Ask, options: SurveyOptions): Promise<TlsSurvey> {
  const notebook = new Notebook(ask, options.version !== undefined)
  if (options.version !== undefined) notebook.noteVersion(options.version, true, Buffer.alloc(0))
  await askWithoutSni(notebook, options.keyType)
  await askWeak(notebook, options.servername)
  await askOld(notebook, options.servername)
  await askSsl2(notebook)
  await askOtherKey(notebook, options.servername)
  return notebook.finish()
}

/** Everything: each version, all its suites in order of preference, all groups, every certificate. */
export async function surveyDeeply(ask: Ask, { servername, version, keyType }: SurveyOptions): Promise<TlsSurvey> {
  const notebook = new Notebook(ask, version !== undefined)
  const newest = await listByRetry(notebook, servername)
  if (newest.suites.suites.length === 0 && newest.suites.complete) notebook.noteVersion(0x0304, false, Buffer.alloc(0))
  notebook.addSuites(newest.suites)
  notebook.addGroups(newest.groups)
  await listBefore13(notebook, 0x0303, servername)
  // One hello asks for all that is old: a server with none of it refuses, and there is nothing more to list.
  await askOld(notebook, servername)
  for (const version of [0x0302, 0x0301, 0x0300]) {
    if (notebook.accepted(version) === true) await listBefore13(notebook, version, servername)
  }
  await askSsl2(notebook)
  if (servername !== undefined) await askWithoutSni(notebook, keyType)
  return notebook.finish()
}

async function listBefore13(notebook: Notebook, version: number, servername: string | undefined): Promise<void> {
  const list = await listSuites(notebook, version, servername)
  if (list.suites.length === 0 && list.complete) notebook.noteVersion(version, false, Buffer.alloc(0))
  notebook.addSuites(list)
  // The groups of a version go by the library, not by the version: the older ones are not asked for them again.
  if (list.suites.length === 0 || notebook.hasGroups(0x0303)) return
  const ids = list.suites.map(({ id }) => id)
  notebook.addGroups(await listGroups(notebook, version, servername, ids))
}
