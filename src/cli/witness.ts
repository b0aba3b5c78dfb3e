import { type Contradiction, Witness, makeWitnessKey, readWitnessKey } from '../anchor/index.ts'
import { systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { Pace, type ServeWitness, witnessPace } from '../serve/index.ts'
import { SqliteWitnessLedger } from '../store/index.ts'
import { type Verifier, makeSigner, parseVerifier } from '../tlog/index.ts'

/**
 * A witness as the settings have it. Its key and its memory are made together, at the first start; one without the other
 * could be made to cosign what contradicts what it cosigned before.
 *
 * @throws SealpostError SP_SETTINGS_INVALID, SP_KEY_INVALID, and SP_STORE_DAMAGED where the memory is gone
 */
export async function openWitness(
  { name, logs }: { readonly name: string; readonly logs: readonly string[] },
  data: string,
  stack: AsyncDisposableStack,
): Promise<ServeWitness> {
  const verifiers = logs.map((text, place) => readLogKey(text, place))
  const known = await readWitnessKey(data)
  if (known && !SqliteWitnessLedger.exists(data))
    throw new SealpostError('SP_STORE_DAMAGED', {
      where: data,
      what: 'There is a key for cosignatures, and witness.db, which knows what was cosigned with it, is missing',
      next: 'Put witness.db back as it was last; if it is lost, remove keys/witness.pem, so that a new key is made, and tell the logs.',
    })
  const ledger = stack.use(SqliteWitnessLedger.open(data))
  const key = known ?? (await makeWitnessKey(data))
  const witness = new Witness({
    signer: makeSigner(name, 'cosignature', key),
    logs: verifiers,
    ledger,
    now: () => systemClock.now(),
    onContradiction: tellContradiction,
  })
  return { witness, pace: new Pace(witnessPace, () => systemClock.now()) }
}

function readLogKey(text: string, place: number): Verifier {
  const key = parseVerifier(text)
  if (key.kind === 'verifier' && key.type === 'note') return key
  const why = key.kind === 'malformed' ? key.why : 'it is that of a witness'
  throw new SealpostError('SP_SETTINGS_INVALID', { where: `witness.logs[${place}]`, what: `This is no key of a log: ${why}` })
}

function tellContradiction({ origin, kind }: Contradiction): void {
  const what =
    kind === 'fork'
      ? 'has signed two different checkpoints of one size: it shows different people different logs. Both are kept in witness.db'
      : 'offered a checkpoint that it could not show to continue what was cosigned before. Both are kept in witness.db'
  process.stderr.write(`sealpost: The log ${visible(origin, 200)} ${what}.\n`)
}
