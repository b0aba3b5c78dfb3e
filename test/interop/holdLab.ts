/** Sets a laboratory up, says so, and holds it until it is ended: for the tests of what is left then. */
import { startLab } from './lab/lab.ts'

await using _lab = await startLab({ servers: ['postfix', 'exim'] })
process.stdout.write('ready\n')
await new Promise((resolve) => process.stdin.on('end', resolve).resume())
