import type { Json } from './canonical.ts'

/** Whether a value is of a kind. */
export type Shape = (value: Json | undefined) => boolean

export type JsonObject = Readonly<Record<string, Json>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export const isString: Shape = (value) => typeof value === 'string'
export const isBoolean: Shape = (value) => typeof value === 'boolean'
export const isCount: Shape = (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
/** RFC 3339 in the one form that is written here: milliseconds, UTC. */
export const isTime: Shape = (value) => matches(value, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
export const isHash: Shape = (value) => matches(value, /^[0-9a-f]{64}$/)

export function matches(value: Json | undefined, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value)
}

export function isOneOf(...values: readonly Json[]): Shape {
  return (value) => values.some((one) => one === value)
}

export function isNullOr(shape: Shape): Shape {
  return (value) => value === null || shape(value)
}

export function isListOf(shape: Shape): Shape {
  return (value) => Array.isArray(value) && value.every((item: Json) => shape(item))
}

/** Whether it has these members and no other: nothing may stand in it that is not looked at. */
export function hasMembers(members: Readonly<Record<string, Shape>>): Shape {
  const names = Object.keys(members)
  return (value) =>
    isObject(value) &&
    Object.keys(value).length === names.length &&
    names.every((name) => Object.hasOwn(value, name) && members[name]?.(value[name]) === true)
}
