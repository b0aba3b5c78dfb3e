/**
 * Protocol versions as OpenSSL spells them, oldest first. SSLv2's number is from draft-hickman-netscape-ssl, the others
 * are from RFC 8446 B.3.1.1.
 */
const versions = [
  { id: 0x0002, name: 'SSLv2' },
  { id: 0x0300, name: 'SSLv3' },
  { id: 0x0301, name: 'TLSv1' },
  { id: 0x0302, name: 'TLSv1.1' },
  { id: 0x0303, name: 'TLSv1.2' },
  { id: 0x0304, name: 'TLSv1.3' },
] as const

/** `TLSv1.2` for 0x0303; undefined for a number that is no version. */
export function versionName(id: number): (typeof versions)[number]['name'] | undefined {
  return versions.find((version) => version.id === id)?.name
}
