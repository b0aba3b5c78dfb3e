import { visible } from '../../escape.ts'
import { type Rule, broken, kept } from '../finding.ts'
import { rfc } from '../source.ts'

export const listRoles: Rule = {
  id: 'list-roles',
  severity: 'warning',
  title: 'The list has addresses of functions',
  why: 'postmaster@ and abuse@ are read by those who report spam, and nobody signs up with them.',
  next: 'Take them out, unless you know that they asked.',
  sources: [rfc(2142, '1')],
  receivers: [],
  look: ({ list }) => (list.roles > 0 ? broken(`${list.roles}, such as ${visible(list.roleExamples.join(', '), 150)}`) : kept),
}
