import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { FileStore, LogWriter, makeSigner, printSigner, verifyTiles } from '../../../src/tlog/index.ts'

const signer = makeSigner('log.example', 'note', generateKeyPairSync('ed25519').privateKey)
const trust = { origin: 'log.example', logKeys: [signer.verifier] }
const program = fileURLToPath(new URL('appendForever.ts', import.meta.url))

/** Lets the program write until it has said so many sizes, and kills it in the midst of what it does then. */
async function writeAndKill(folder: string, sizes: number): Promise<number> {
  const child = spawn(process.execPath, [program, folder, printSigner(signer)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  let last = -1
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line)
    sizes -= 1
    if (sizes === 0) child.kill('SIGKILL')
  }
  await gone
  return last
}

it('has all that it said was on the disk, however often it is killed, and nothing half of what it had not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tlog-'))
  try {
    let size = 0
    for (const sizes of [1, 3, 2, 7, 4]) {
      const said = await writeAndKill(folder, sizes)
      expect(said).toBeGreaterThan(size)
      // Before it is opened again: what is signed can be read, whatever lies beyond it.
      expect((await verifyTiles(new FileStore(folder), trust)).kind).toBe('intact')
      const writer = await LogWriter.open(new FileStore(folder), { origin: 'log.example', signers: [signer] })
      ;({ size } = writer)
      expect(size).toBeGreaterThanOrEqual(said)
    }
    const entries: string[] = []
    const visit = (_: number, entry: Uint8Array): void => void entries.push(Buffer.from(entry).toString())
    expect(await verifyTiles(new FileStore(folder), trust, { visit })).toMatchObject({ kind: 'intact', checkpoint: { size } })
    expect(entries).toEqual(Array.from({ length: size }, (_, index) => `entry ${index}`))
  } finally {
    await rm(folder, { recursive: true })
  }
})
