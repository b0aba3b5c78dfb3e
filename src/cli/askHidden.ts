import { SealpostError } from '../errors.ts'

/** A terminal that can be told to show nothing of what is typed. */
export interface Terminal extends NodeJS.ReadableStream {
  readonly isTTY?: boolean
  setRawMode?(raw: boolean): unknown
}

/** Nobody types more. */
const most = 2_000

/**
 * Asks for a secret at a terminal, which shows nothing of it. Backspace takes a letter back, Ctrl-U the line.
 *
 * @returns what was typed; undefined where it is no terminal
 * @throws SealpostError SP_USAGE on Ctrl-C and at the end of input
 */
export async function askHidden(
  question: string,
  input: Terminal = process.stdin,
  // On stderr, so that what is piped on is the result alone.
  output: NodeJS.WritableStream = process.stderr,
): Promise<string | undefined> {
  if (input.isTTY !== true || input.setRawMode === undefined) return undefined
  // Before the question: whoever answers quickly is not shown either.
  input.setRawMode(true)
  output.write(question)
  input.setEncoding('utf8')
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let typed: readonly string[] = []
  const stop = (): void => {
    reject(new SealpostError('SP_USAGE', { what: 'The question was not answered', next: 'Run the same command again.' }))
  }
  const take = (chunk: unknown): void => {
    const letters = Array.from(String(chunk))
    for (const [at, letter] of letters.entries()) {
      if (letter === '\r' || letter === '\n') {
        // What was typed ahead answers the next question.
        input.off('data', take).pause()
        const ahead = letters.slice(at + 1).join('')
        if (ahead !== '') input.unshift(ahead, 'utf8')
        resolve(typed.join(''))
        return
      }
      if (letter === '\x03' || (letter === '\x04' && typed.length === 0) || typed.length > most) {
        stop()
        return
      }
      if (letter === '\x7f' || letter === '\b') typed = typed.slice(0, -1)
      else if (letter === '\x15') typed = []
      else if (letter >= ' ') typed = [...typed, letter]
    }
  }
  input.on('data', take)
  input.once('end', stop)
  // A stream that was paused before does not go on by itself.
  input.resume()
  try {
    return await promise
  } finally {
    input.off('data', take)
    input.off('end', stop)
    input.setRawMode(false)
    input.pause()
    output.write('\n')
  }
}
