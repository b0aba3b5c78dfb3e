import { SealpostError } from '../errors.ts'
import { json } from '../escape.ts'
import { type KeysDescription, describeKeys } from '../evidence/index.ts'
import { loadSettings } from '../settings/index.ts'
import { type Exit, exits } from './exit.ts'

export async function runKeyShow(given: { readonly settings?: string; readonly json?: boolean }): Promise<Exit> {
  const { data } = await loadSettings(given.settings)
  const described = await describeKeys(data)
  if (!described) {
    throw new SealpostError('SP_LOG_MISSING', {
      where: data,
      next: 'The log begins, and its key gets its name, when the first campaign is sent.',
    })
  }
  process.stdout.write(given.json ? `${json({ schema: 'sealpost/key@1', ...described })}\n` : print(described))
  return exits.fine
}

function print({ keys, encrypted }: KeysDescription): string {
  const [last, ...former] = keys.toReversed()
  if (!last) return ''
  const kept = encrypted === null ? 'is not on this machine' : encrypted ? 'is encrypted with a passphrase' : 'is not encrypted'
  const lines = [
    `Verifier key: ${last.key}`,
    `Signs since:  ${last.since ?? 'nothing was signed yet'}`,
    `SHA-256:      ${last.fingerprint}`,
    `The private key ${kept}.`,
    '',
    last.pem.trimEnd(),
  ]
  if (former.length > 0) lines.push('', 'Signed before, the last one first:')
  for (const one of former)
    lines.push(`  ${one.key}`, `    since ${one.since ?? 'a time that is not known'}, SHA-256 ${one.fingerprint}`)
  return `${lines.join('\n')}\n`
}
