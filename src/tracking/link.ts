import type { Keys } from '../keys.ts'
import { type SignedMessage, createTokenPrinter } from './token.ts'

/** In the data folder's `keys/`. */
export const trackingKeys = 'tracking'

/** The addresses with which one message is counted. */
export interface MessageTracking {
  /**
   * @param link its number in the campaign's table, from 1
   * @param occurrence which time it stands in the message, from 0
   */
  clickUrl(link: number, occurrence: number): string
  openUrl(): string
  /** Where its recipient says that he wants to be counted no more. */
  withdrawUrl(): string
}

/**
 * What the links of one message are written as.
 *
 * @param baseUrl `https://news.example.org`, without a path
 */
export function createMessageTracking(
  message: SignedMessage,
  { baseUrl, keys }: { readonly baseUrl: string; readonly keys: Keys },
): MessageTracking {
  const print = createTokenPrinter(message, keys)
  return {
    clickUrl: (link, occurrence) => `${baseUrl}/c/${print('click', link, occurrence)}`,
    openUrl: () => `${baseUrl}/o/${print('open', 0, 0)}.gif`,
    withdrawUrl: () => `${baseUrl}/t/${print('withdraw', 0, 0)}`,
  }
}
