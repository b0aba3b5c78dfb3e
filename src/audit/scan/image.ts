/** A container image's name, taken apart: `docker.io/library/ghost:5.80-alpine@sha256:...`. */
export interface Image {
  /** Without registry port, tag or digest. */
  readonly name: string
  readonly tag: string | undefined
  readonly version: string | undefined
}

export function parseImage(text: string): Image | undefined {
  const bare = text.trim().replace(/@.*$/, '')
  if (bare === '' || bare.length > 500 || bare.includes('$')) return undefined
  // A colon before the last slash is the port of a registry.
  const [, name = '', tag] = /^(.*?)(?::([\w][\w.-]*))?$/.exec(bare) ?? []
  return { name: name.toLowerCase(), tag, version: tag === undefined ? undefined : versionOfTag(tag) }
}

/** `5.80-alpine`, `v1.21`, `version-5.2`, `17`; `latest` and `stable` are none. */
function versionOfTag(tag: string): string | undefined {
  return /^(?:version-)?v?(\d+(?:\.\d+)*)(?:$|[-_.+])/i.exec(tag)?.[1]
}

/** Whether an image is one of these, by the last parts of its name. */
export function isImage({ name }: Image, images: readonly string[] | undefined): boolean {
  return images?.some((image) => name === image || name.endsWith(`/${image}`)) ?? false
}
