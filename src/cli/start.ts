import { systemError } from '../errors.ts'
import { tellError } from './exit.ts'
import { run } from './main.ts'

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that goes away (sealpost … | head) is no fault of ours; a full disk behind a redirection is worth a word.
  if (error.code === 'EPIPE') process.exit()
  process.exit(tellError(systemError(error, 'standard output')))
})
process.exitCode = await run(process.argv.slice(2))
