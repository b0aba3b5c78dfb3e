/** A request, as far as it tells whether a person is behind it. */
export interface Asking {
  readonly method: string
  header(name: string): string | undefined
}

/**
 * Whether a request counts. It is answered either way.
 * - HEAD asks whether a link is alive, which scanners and link checkers do, and no browser that follows it.
 * - A page that is fetched ahead was not asked for by anybody yet (`Sec-Purpose`, and what browsers sent before it).
 * - Who says that he does not want to be tracked is not (Global Privacy Control, and Do Not Track before it).
 *
 * Scanners that pass for a browser are counted: guessing at them by address or name would need what is not kept here.
 */
export function isCounted(request: Asking): boolean {
  if (request.method !== 'GET') return false
  const ahead = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].some((name) =>
    /prefetch|prerender|preview/i.test(request.header(name) ?? ''),
  )
  return !ahead && request.header('sec-gpc') !== '1' && request.header('dnt') !== '1'
}
