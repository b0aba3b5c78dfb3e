import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The sink in its own process. */
export interface Sink {
  readonly port: number
  readonly ca: string
  /** Messages taken so far. */
  count(): Promise<number>
  stop(): void
}

export async function startSink(): Promise<Sink> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./sink.ts', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next()
    if (done) throw new Error('the sink ended')
    return value
  }
  const { port, ca } = JSON.parse(await next()) as { port: number; ca: string }
  return {
    port,
    ca,
    count: async () => {
      child.stdin.write('\n')
      return Number(await next())
    },
    stop: () => {
      child.stdin.end()
    },
  }
}
