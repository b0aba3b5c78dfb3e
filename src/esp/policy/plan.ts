import type { Provider } from './provider.ts'
import type { ApiRequest } from './request.ts'
import type { Reading } from './session.ts'
import { type HopLevel, type SettingChange, type Settings, compareSettings, reaches } from './setting.ts'

/** What would have to be done so that the switch demands a level. */
export type Plan =
  | { readonly kind: 'nothing'; readonly why: 'as-asked' | 'above' }
  | {
      readonly kind: 'change'
      readonly from: HopLevel | undefined
      readonly to: HopLevel
      readonly changes: readonly SettingChange[]
      readonly settings: Settings
      readonly request: ApiRequest
      /** It lowers what is demanded. */
      readonly lowers: boolean
      readonly warning: string | undefined
    }

/** A change moves up only, unless `opportunistic` is asked for by name. */
export function planChange(provider: Provider, reading: Reading, wanted: HopLevel): Plan {
  const { level, settings } = reading
  if (level !== undefined && wanted !== 'opportunistic' && level !== wanted && reaches(level, wanted))
    return { kind: 'nothing', why: 'above' }
  const target = provider.demand(settings, wanted)
  const changes = compareSettings(settings, target)
  // An unset switch that has the level by its default is not written for the sake of writing it.
  if (changes.length === 0 || (level === 'opportunistic' && wanted === 'opportunistic'))
    return { kind: 'nothing', why: 'as-asked' }
  return {
    kind: 'change',
    from: level,
    to: provider.judge(target) ?? wanted,
    changes,
    settings: target,
    request: provider.changeRequest(reading.holder, target),
    lowers: wanted === 'opportunistic',
    warning: provider.warn?.(settings, target),
  }
}
