/** What a cell is compared with. */
export type Value =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number }
  /** A day in UTC, or a moment; milliseconds since the epoch. */
  | { readonly kind: 'date'; readonly at: number; readonly wholeDay: boolean }

export type Order = '<' | '<=' | '>' | '>='

/** A condition on the columns of a row. */
export type Expression =
  | { readonly kind: 'or' | 'and'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not'; readonly part: Expression }
  | { readonly kind: 'equal'; readonly column: string; readonly value: Value }
  | { readonly kind: 'order'; readonly column: string; readonly order: Order; readonly value: Exclude<Value, { kind: 'text' }> }
  | { readonly kind: 'contains'; readonly column: string; readonly text: string }
  | { readonly kind: 'in'; readonly column: string; readonly values: readonly Value[] }
  | { readonly kind: 'empty'; readonly column: string }
  /** The cell says yes: it is neither empty nor a word for no. */
  | { readonly kind: 'yes'; readonly column: string }
