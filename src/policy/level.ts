/**
 * What a message demands of a hop, weakest first. `encrypted` and `authenticated` are the obligatory and the qualified
 * transport encryption of the German supervisory authorities' guidance on mail (DSK, 16 June 2021).
 */
export const levels = ['opportunistic', 'encrypted', 'valid', 'authenticated'] as const

export type Level = (typeof levels)[number]

/** The stricter of two levels. */
export function stricter(one: Level, other: Level): Level {
  return levels.indexOf(one) >= levels.indexOf(other) ? one : other
}
