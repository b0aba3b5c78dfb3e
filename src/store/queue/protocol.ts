import type { PlainError } from '../../plainError.ts'

export { flattenError, raiseError } from '../../plainError.ts'

/** What is asked of the thread that writes; the answer carries the same id. */
export interface Request {
  readonly id: number
  /** An operation, or one of `intakeSteps`, `scrub`, or `close`. */
  readonly name: string
  readonly values: readonly unknown[]
}

export type Answer =
  | { readonly kind: 'ready' }
  /** The database could not be opened. */
  | { readonly kind: 'refused'; readonly error: PlainError }
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly error: PlainError }
