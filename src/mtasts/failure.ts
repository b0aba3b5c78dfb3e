import type { CertificateProblem } from '../tls/index.ts'
import type { PolicyError } from './policy.ts'

/** Where a fetch stood when its time ran out. */
export type FetchStep = 'addresses' | 'connection' | 'handshake' | 'answer' | 'body'

/** Why no policy came from the policy host (RFC 8461 3.3). Peers' text in it is bounded, and not yet escaped. */
export type FetchFailure =
  /** DNS did not say where the policy host is. */
  | { readonly kind: 'dns'; readonly detail: string }
  /** It has no address, or none but private ones, which are not dialled for a stranger. */
  | { readonly kind: 'no-address'; readonly cause: 'nxdomain' | 'nodata' | 'private' | 'no-name' }
  | { readonly kind: 'connect'; readonly cause: string; readonly detail: string }
  | {
      readonly kind: 'tls'
      readonly reason: TlsReason
      readonly problems: readonly CertificateProblem[]
      readonly detail: string
    }
  | { readonly kind: 'http-status'; readonly status: number }
  /** Not followed. */
  | { readonly kind: 'redirect'; readonly status: number; readonly location: string | undefined }
  | { readonly kind: 'content-type'; readonly type: string | undefined }
  | { readonly kind: 'too-large'; readonly limit: number }
  | { readonly kind: 'timeout'; readonly ms: number; readonly step: FetchStep }
  /** No HTTP, or HTTP that broke off, or a body in a coding that nobody asked for. */
  | { readonly kind: 'http'; readonly detail: string }
  | { readonly kind: 'malformed'; readonly errors: readonly PolicyError[] }

type TlsReason = CertificateProblem | 'version' | 'alert' | 'not-tls' | 'closed' | 'other'
