/** Ways of writing settings down, each with a reader that knows where every value stands. */
import { csharp, elixir, go, java, javascript, kotlin, lua, php, python, ruby, rust } from './code/index.ts'
import type { Format } from './document.ts'
import { env } from './env.ts'
import { ini } from './ini.ts'
import {
  accessMap,
  ecelerity,
  exim,
  m4,
  mainCf,
  masterCf,
  msmtprc,
  muttrc,
  pmta,
  remotes,
  smtpdConf,
  words,
} from './mail/index.ts'
import { properties } from './properties.ts'
import { toml } from './toml.ts'
import { json, yaml } from './tree.ts'
import { xml } from './xml.ts'

export const formats = {
  env,
  json,
  yaml,
  toml,
  xml,
  ini,
  properties,
  php,
  python,
  ruby,
  javascript,
  java,
  kotlin,
  csharp,
  go,
  rust,
  elixir,
  lua,
  mainCf,
  masterCf,
  exim,
  smtpdConf,
  m4,
  accessMap,
  words,
  msmtprc,
  muttrc,
  remotes,
  pmta,
  ecelerity,
} as const satisfies Readonly<Record<string, Format>>

export type FormatName = keyof typeof formats

export type { Call, Document, Edit, Entry, Format, Value } from './document.ts'
export { Lines, computed, lineAround, lineEnd } from './document.ts'
