import { once } from 'node:events'
import { expect } from 'vitest'
import type { Desk } from './cli.ts'

/** Asks the server that is behind the links of messages. */
export type Ask = (url: string, init?: RequestInit) => Promise<Response>

/** Runs `sealpost serve` for as long as `use` takes; the host of what is asked does not matter. */
export async function withServer(desk: Desk, use: (ask: Ask) => Promise<void>): Promise<void> {
  const server = desk.start('serve')
  const [line] = (await once(server.child.stdout ?? server.child, 'data')) as [Buffer]
  const port = /port (\d+)/.exec(line.toString())?.[1] ?? ''
  await use(async (url, init) => fetch(`http://127.0.0.1:${port}${new URL(url).pathname}`, { redirect: 'manual', ...init }))
  server.child.kill('SIGTERM')
  expect(await server.done).toMatchObject({ exit: 0 })
}
