import { describe, expect, it } from 'vitest'
import { happy, sampleOf } from '../../test/support/complianceFacts.ts'
import { isLocal, listLinks } from './link.ts'

const links = (html: string, text = '') => listLinks({ ...happy, samples: [sampleOf({ html, text })] })

describe('listLinks', () => {
  it('takes each link once, those of the text part too', () => {
    const { web, broken } = links(
      '<a href="https://a.com/x">A</a><a href="https://a.com/x">A</a>',
      'See https://b.com/y, and (https://c.com).',
    )
    expect(web.map(({ host }) => host)).toEqual(['a.com', 'b.com', 'c.com'])
    expect(broken).toEqual([])
  })

  it.each([
    '',
    '#',
    'x.html',
    '/x',
    'https://',
    'http:/a.com',
    'https://a b.com',
    'javascript:alert(1)',
    'file:///etc',
    'mailto:',
    'mailto:a b@c.com',
  ])('calls %j broken', (href) => {
    expect(links(`<a href="${href}">x</a>`).broken).toEqual([href])
  })

  it.each([
    '#part',
    'mailto:a@b.com?subject=x',
    'tel:+49123',
    'https://a.com',
    'HTTPS://A.COM/%20',
    'https://bücher.example.com/ä',
  ])('takes %j', (href) => {
    expect(links(`<a href="${href}">x</a>`).broken).toEqual([])
  })
})

it('isLocal knows machines of one network', () => {
  expect(['localhost', 'intranet', 'nas.local', 'db.internal', 'shop.test'].every(isLocal)).toBe(true)
  expect(['shop.com', '192.0.2.1', 'local.com'].some(isLocal)).toBe(false)
})
