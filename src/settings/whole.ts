import { z } from 'zod'

/** A whole number with its bounds. */
export function wholeSchema(least: number, most: number, about: string) {
  return z.int().min(least).max(most).meta({ description: about })
}

/** The same with a default. */
export function whole(fallback: number, least: number, most: number, about: string) {
  return z.int().min(least).max(most).default(fallback).meta({ description: about })
}
