import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'

/**
 * One command line with its CRLF. Arguments that hold a control character are refused: with them a value from a list
 * could write commands of its own.
 *
 * @throws SealpostError SP_COMMAND_UNSAFE
 */
export function printCommand(verb: string, argument = ''): string {
  const line = argument === '' ? verb : `${verb} ${argument}`
  // oxlint-disable-next-line no-control-regex -- exactly those are looked for
  if (/[\u0000-\u001f\u007f]/.test(line)) throw new SealpostError('SP_COMMAND_UNSAFE', { where: visible(line, 80) })
  return `${line}\r\n`
}
