import { createInterface } from 'node:readline'

/** Asks a person a question that only y or yes agrees to. End of input and Ctrl-C are no. */
export async function confirmOnTerminal(
  question: string,
  input: NodeJS.ReadableStream = process.stdin,
  // On stderr, so that what is piped on is the result alone.
  output: NodeJS.WritableStream = process.stderr,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const reader = createInterface({ input, output, prompt: question })
  reader.once('line', resolve)
  reader.once('close', () => {
    resolve(undefined)
  })
  reader.prompt()
  const said = await promise
  // What comes next does not stand behind the question.
  if (said === undefined) output.write('\n')
  reader.close()
  return /^(?:y|yes)$/i.test(said?.trim() ?? '')
}
