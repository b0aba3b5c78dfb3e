import type { YAMLError } from 'yaml'

/** What each fault means in a settings file. The parser's own texts speak of its tokens, and may quote the file. */
const meanings: Readonly<Record<YAMLError['code'], string>> = {
  ALIAS_PROPS: 'An alias (*name) cannot have a tag or an anchor',
  BAD_ALIAS: 'An alias (*name) is malformed; put a text that begins with * in quotes',
  BAD_COLLECTION_TYPE: 'A tag says something else than what follows it',
  BAD_DIRECTIVE: 'A line that begins with % is not understood',
  BAD_DQ_ESCAPE: 'Between double quotes a \\ begins an escape; write \\\\ for a backslash, or use single quotes',
  BAD_INDENT: 'The line is not indented like its neighbours, or a bracket above it is not closed',
  BAD_PROP_ORDER: 'An anchor or tag stands in the wrong place',
  BAD_SCALAR_START: 'A text that begins with a special character must stand in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'There is a second ": " in the line; put a text that has one in quotes',
  BLOCK_IN_FLOW: 'A list or map of several lines cannot stand between brackets',
  DUPLICATE_KEY: 'The same entry stands here twice',
  IMPOSSIBLE: 'The line is not understood',
  KEY_OVER_1024_CHARS: 'The name of an entry is longer than 1024 characters',
  MISSING_CHAR: 'A quote, bracket or colon is missing',
  MULTILINE_IMPLICIT_KEY: 'A colon is missing after the name of an entry',
  MULTIPLE_ANCHORS: 'There are two anchors (&name) for one value',
  MULTIPLE_DOCS: 'A second document begins here, after ---; the file holds one',
  MULTIPLE_TAGS: 'There are two tags (!name) for one value',
  NON_STRING_KEY: 'The name of an entry must be a text',
  RESOURCE_EXHAUSTION: 'Entries lie too deep',
  TAB_AS_INDENT: 'The line is indented with a tab; use spaces',
  TAG_RESOLVE_FAILED: 'A tag (!name) is not known; put a text that begins with ! in quotes',
  UNEXPECTED_TOKEN: 'The line is not understood; check its indentation and quotes',
}

/** One clear clause for a fault that the parser found. */
export function explainSyntax(error: YAMLError): string {
  return meanings[error.code]
}
