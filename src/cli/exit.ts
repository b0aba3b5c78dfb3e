import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'

/**
 * Exit status: 0 all at the demanded level; 1 something is below it; 2 wrong use or settings; 3 nothing is below, but
 * something could not be tested; 70 our own fault (sysexits EX_SOFTWARE); 130 interrupted (128 + SIGINT).
 */
export const exits = { fine: 0, below: 1, wrong: 2, untested: 3, fault: 70, interrupted: 130 } as const

export type Exit = (typeof exits)[keyof typeof exits]

/** Tells a person what went wrong, on stderr, and gives the exit status. */
export function tellError(thrown: unknown): Exit {
  const error = firstOf(thrown)
  if (error instanceof SealpostError) {
    process.stderr.write(
      `sealpost: ${error.where === undefined ? '' : `${visible(error.where)}: `}${endSentence(visible(error.what, 1000))}\n  ${error.next}\n`,
    )
    return error.exit
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`sealpost: This is a fault of Sealpost itself (SP_INTERNAL), please report it:\n${text}\n`)
  return exits.fault
}

/** Where closing what was open failed too (a disk that is full fails twice), what failed first is the cause. */
function firstOf(thrown: unknown): unknown {
  let error = thrown
  while (error instanceof SuppressedError) error = error.suppressed
  return error
}

function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
