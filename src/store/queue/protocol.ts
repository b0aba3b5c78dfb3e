import { type ErrorCode, SealpostError } from '../../errors.ts'

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

/** A registered error as it crosses to another thread, where its class would be lost. */
export interface PlainError {
  readonly code: ErrorCode
  readonly where: string | undefined
  readonly what: string
  readonly next: string
  readonly cause: string
}

export function flattenError(error: SealpostError): PlainError {
  const { code, where, what, next, cause } = error
  return { code, where, what, next, cause: cause instanceof Error ? cause.message : '' }
}

export function raiseError({ code, where, what, next, cause }: PlainError): SealpostError {
  return new SealpostError(code, { ...(where === undefined ? {} : { where }), what, next, cause: new Error(cause) })
}
