import { extensions } from './extension.ts'
import { readGroup } from './group.ts'
import { printNumber } from './printNumber.ts'
import { readScheme } from './signature.ts'
import { readSuite, signallingValues } from './suite.ts'

/**
 * Names for numbers as they are shown: what the registries call them, and the number itself, `0x1234`, for what they do
 * not know. GREASE (RFC 8701) stays a number, for nobody who answers may choose it.
 */
export function suiteName(id: number): string {
  return readSuite(id)?.name ?? signallingValues.get(id) ?? printNumber(id)
}

export function groupName(id: number): string {
  return readGroup(id)?.name ?? printNumber(id)
}

export function schemeName(id: number): string {
  return readScheme(id)?.name ?? printNumber(id)
}

export function extensionName(id: number): string {
  return extensions.get(id) ?? printNumber(id)
}
