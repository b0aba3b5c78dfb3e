import { createServer } from 'node:net'
import { listen } from './listen.ts'

/** A port of loopback that nothing listens on at this moment, for a program that must be told one. */
export async function freePort(): Promise<number> {
  await using probe = await listen(createServer())
  return probe.port
}
