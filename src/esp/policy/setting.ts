import { type Level, levels } from '../../policy/index.ts'

/**
 * What a provider's switch can make of the second hop, weakest first, in the words of `policy/level.ts`: `encrypted` is
 * TLS required and no certificate checked (or nothing said about it), `valid` is TLS required and the certificate checked.
 * No provider documents a switch that vouches for the server's name itself, so `authenticated` is not among them.
 */
export type HopLevel = Extract<Level, 'opportunistic' | 'encrypted' | 'valid'>

/** Whether one level demands at least what another does. */
export function reaches(level: HopLevel, demanded: HopLevel): boolean {
  return levels.indexOf(level) >= levels.indexOf(demanded)
}

/** A provider's settings by its own names: the switch, and what has to be sent along with it. */
export type Settings = Readonly<Record<string, string | number | boolean>>

export type HolderKind = 'account' | 'domain' | 'configuration set'

/** What the switch belongs to. */
export interface Holder {
  readonly kind: HolderKind
  /** By which people know it; empty for an account. */
  readonly name: string
  /** By which the API knows it. */
  readonly id: string
}

export interface SettingChange {
  readonly setting: string
  /** Undefined where the provider's answer did not have it. */
  readonly from: string | number | boolean | undefined
  readonly to: string | number | boolean
}

/** What would be another than it is. */
export function compareSettings(from: Settings, to: Settings): readonly SettingChange[] {
  return Object.entries(to)
    .filter(([setting, value]) => from[setting] !== value)
    .map(([setting, value]) => ({ setting, from: from[setting], to: value }))
}
