import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Contradiction, type PostTerms, Witness } from '../../src/anchor/index.ts'
import { mockResolver } from '../../src/dns/index.ts'
import { Pace, serveApp, witnessPace } from '../../src/serve/index.ts'
import { SqliteWitnessLedger } from '../../src/store/index.ts'
import { type Signer, type Verifier, makeSigner } from '../../src/tlog/index.ts'
import { Trust } from '../../src/tls/index.ts'
import { createServing } from './serving.ts'

export const witnessName = 'witness.example/one'

/** How a test asks: this machine, quickly. */
export const terms: PostTerms = { trust: new Trust(), resolver: mockResolver({}), timeoutMs: 5_000 }

/** A witness behind a real HTTP server. */
export interface WitnessLab extends AsyncDisposable {
  readonly url: URL
  readonly folder: string
  readonly signer: Signer
  readonly witness: Witness
  readonly ledger: SqliteWitnessLedger
  readonly contradictions: readonly Contradiction[]
  ask(body: string | Uint8Array): Promise<Response>
}

export async function openWitnessLab(logs: readonly Verifier[], now = () => 1_800_000_000_000): Promise<WitnessLab> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'witness-'))
  stack.defer(async () => rm(folder, { recursive: true }))
  const ledger = stack.use(SqliteWitnessLedger.open(folder))
  const signer = makeSigner(witnessName, 'cosignature', generateKeyPairSync('ed25519').privateKey)
  const contradictions: Contradiction[] = []
  const onContradiction = (one: Contradiction): void => {
    contradictions.push(one)
  }
  const witness = new Witness({ signer, logs, ledger, now, onContradiction })
  const { app } = createServing({ witness: { witness, pace: new Pace(witnessPace, now) } })
  const serving = stack.use(await serveApp(app, { listen: { address: '127.0.0.1', port: 0 }, tls: undefined, allowHttp: false }))
  const url = new URL(`http://127.0.0.1:${serving.port}/`)
  const moved = stack.move()
  return {
    url,
    folder,
    signer,
    witness,
    ledger,
    contradictions,
    ask: async (body) => fetch(new URL('/add-checkpoint', url), { method: 'POST', body }),
    [Symbol.asyncDispose]: async () => moved.disposeAsync(),
  }
}
