import type { TlsSurvey } from '../../tls/index.ts'

/**
 * Why a refusal tells nothing of a server, or undefined where it does: whoever breaks off at every hello need not mean
 * what one of them offered (cases.md 59).
 */
export function explainMute({ versions }: TlsSurvey): string | undefined {
  return versions.some(({ accepted }) => accepted) ? undefined : 'the server took no hello at all, so its refusals tell nothing'
}
