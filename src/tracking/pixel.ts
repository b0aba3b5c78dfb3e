/** A GIF of one pixel that cannot be seen (GIF89a). */
export const pixel: Uint8Array<ArrayBuffer> = Uint8Array.from(
  Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'),
)
