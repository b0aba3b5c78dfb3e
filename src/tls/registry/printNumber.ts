/** A number that has no name in its registry, as RFCs write them: `0x1234`. */
export function printNumber(number: number): string {
  return `0x${number.toString(16).padStart(4, '0')}`
}
