/** A template, and where its first line stands. */
export interface TemplateSource {
  readonly source: string
  readonly file: string
  readonly line: number
}
