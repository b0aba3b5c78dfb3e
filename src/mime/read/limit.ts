/** What a message from a stranger may make us keep and look at. */
export const limits = {
  /** Octets of one header, that of a part or of a message that came back included. */
  header: 64 * 1024,
  fields: 1_000,
  /** Multiparts within multiparts. */
  depth: 10,
  /** Parts of all multiparts together. */
  parts: 100,
} as const
