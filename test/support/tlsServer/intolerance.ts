import type { Intolerance } from './behaviour.ts'
import type { SeenHello } from './clientHello.ts'
import { isHybrid } from './group.ts'

/** Is this a hello that such a server cannot bear? */
export function isBeyond(hello: SeenHello, intolerance: Intolerance): boolean {
  switch (intolerance.to) {
    case 'tls13':
      return hello.version > 0x0303 || (hello.versions?.includes(0x0304) ?? false)
    case 'ml-kem':
      return hello.keyShares?.some(({ group }) => isHybrid(group)) ?? false
    case 'unknown-extension':
      return hello.extensions.some(({ type }) => !isKnown(type))
    case 'many-suites':
      return hello.suites.length >= 128
    case 'many-records':
      return hello.records > 1
    case 'size':
      return hello.octets > intolerance.over && hello.octets <= (intolerance.upTo ?? Infinity)
  }
}

/** "TLS ExtensionType Values" has 0 to 63 in a row, then renegotiation_info; 13172 was NPN's. */
function isKnown(type: number): boolean {
  return type < 64 || type === 0xff01 || type === 13_172
}
