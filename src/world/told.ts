/** What the client has told so far. */
export interface Transaction {
  readonly helo: string | undefined
  readonly from: string | undefined
  readonly to: readonly string[]
}
