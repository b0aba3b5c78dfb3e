/** RFC 3986 2.1: text as one segment of a path. Half a surrogate pair cannot be encoded and is replaced. */
export function encodePart(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
