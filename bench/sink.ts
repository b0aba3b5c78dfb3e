/**
 * The sink in a process of its own, so that its work is not counted as the sender's: `node sink.ts '{"host":"0.0.0.0"}'`, with
 * the options of test/support/sink as JSON. Prints its ports and its authority's certificate as one line of JSON; each line on
 * stdin is answered by one: `count` by how many messages came, `series` by what they were like and a new beginning.
 */
import { createInterface } from 'node:readline'
import { createAuthority } from '../src/world/index.ts'
import { type SinkOptions, startSink } from '../test/support/sink/index.ts'

const options = JSON.parse(process.argv[2] ?? '{}') as Omit<SinkOptions, 'identity' | 'onMoment'>
const authority = await createAuthority()
const identity = await authority.issue({ names: ['sink.test', '*.sink.test'] })
const sink = await startSink({ ...options, identity })
process.stdout.write(`${JSON.stringify({ ports: sink.ports, ca: authority.pem })}\n`)
for await (const line of createInterface({ input: process.stdin })) {
  const answer = line === 'series' ? sink.tally.takeSeries() : sink.tally.messages
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
process.exit()
