import { systemClock } from '../clock.ts'
import { json } from '../escape.ts'
import { describeKey, rotateSigningKey } from '../evidence/index.ts'
import { loadSettings } from '../settings/index.ts'
import { QueueDatabase } from '../store/index.ts'
import { closeEvidence, openEvidence } from './evidence.ts'
import { type Exit, exits } from './exit.ts'
import { createKeyOptions } from './passphrase.ts'

/** Makes a new key for the evidence. Whatever a crash left is settled first, by opening the log as a sender does. */
export async function runKeyRotate(given: { readonly settings?: string; readonly json?: boolean }): Promise<Exit> {
  const settings = await loadSettings(given.settings)
  const { data } = settings
  await using store = await QueueDatabase.open(data)
  const options = createKeyOptions(settings.evidence)
  await closeEvidence(await openEvidence(settings, store, options), store)
  const rotated = await rotateSigningKey(data, {
    ...options,
    time: systemClock.now(),
    held: store.checkpoint(),
  })
  await store.rememberCheckpoint(rotated.checkpoint)
  const { leaf, checkpoint } = rotated
  const [from, to] = [describeKey(rotated.from), describeKey(rotated.to)]
  if (given.json) process.stdout.write(`${json({ schema: 'sealpost/key-rotation@1', from, to, leaf, checkpoint })}\n`)
  else
    process.stdout.write(`The evidence is signed by a new key from now on:
  ${to.key}
  SHA-256 ${to.fingerprint}
Entry ${leaf} of the log says so in the name of the key before, which is deleted:
  ${from.key}
Give the new one to those who check the log, and keep a copy of keys/evidence.pem in a safe place.
`)
  return exits.fine
}
