import { type ErrorCode, SealpostError } from './errors.ts'

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
