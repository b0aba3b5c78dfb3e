/** Ways of writing settings down, each with a reader that knows where every value stands. */
import { csharp, elixir, go, java, javascript, php, python, ruby, rust } from './code/index.ts'
import type { Format } from './document.ts'
import { env } from './env.ts'
import { json, yaml } from './tree.ts'

export const formats = {
  env,
  json,
  yaml,
  php,
  python,
  ruby,
  javascript,
  java,
  csharp,
  go,
  rust,
  elixir,
} as const satisfies Readonly<Record<string, Format>>

export type FormatName = keyof typeof formats

export type { Document, Edit, Entry, Format, Scalar, Value } from './document.ts'
export { computed } from './document.ts'
