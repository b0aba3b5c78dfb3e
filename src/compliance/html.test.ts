import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readHtml } from './html.ts'

describe('readHtml', () => {
  it('finds links with what the reader sees of them, and images', () => {
    const { links, images } = readHtml(
      '<A HREF=\'https://a.com/?x=1&amp;y=2\' class=b><b>See</b>\n it</A><a name=top></a><a href=https://b.com><img src=b.png alt="A &quot;b&quot;"></a><img width=1 height=1 src=p><img src=c>',
    )
    expect(links).toEqual([
      { href: 'https://a.com/?x=1&y=2', text: 'See it' },
      { href: 'https://b.com', text: 'A "b"' },
    ])
    expect(images).toEqual([
      { src: 'b.png', alt: 'A "b"', pixel: false },
      { src: 'p', alt: undefined, pixel: true },
      { src: 'c', alt: undefined, pixel: false },
    ])
  })

  it('reads what is shown, and no comment, style, script or head', () => {
    const html =
      '<!doctype html><head><title>T</title></head><!-- <a href=x>no</a> --><style>a > b { }</style><script>"<p>no"</script><p>One&nbsp;&#84;wo</p><div style="DISPLAY : none">hidden</div>three < four'
    expect(readHtml(html)).toMatchObject({ text: 'One Two three < four', links: [], preheader: undefined })
  })

  it('finds the preheader: hidden text before any other', () => {
    expect(readHtml('<body><div style="display: none; x: y">New&zwnj; this week</div><p>Hello</p>').preheader).toBe(
      'New this week',
    )
    expect(readHtml('<p>Hello</p><div style="display:none">late</div>').preheader).toBeUndefined()
    expect(readHtml('<head><style>x</style></head><p>Hello</p>').preheader).toBeUndefined()
  })

  it('sees texts that have a size of their own within cells that have none, as MJML lays them out', () => {
    const cell = '<td style="font-size:0px;padding:10px">'
    expect(readHtml(`${cell}<div style="font-size:13px">Leave <b>here</b></div></td>`).text).toBe('Leave here')
    expect(readHtml(`${cell}unseen<span style="font-size:2em">too</span></td>shown`).text).toBe('shown')
    expect(readHtml('<p style="FONT-SIZE: 0.0pt">unseen</p><p style="font-size:0.5em">shown</p>').text).toBe('shown')
    expect(readHtml('<div style="font-size:9px;font-size:0 !important">News</div>Hello').preheader).toBe('News')
    expect(readHtml('<div style="display:none"><p style="font-size:9px">unseen</p></div>shown').text).toBe('shown')
  })

  it('goes on after broken nesting and ends in what is never closed', () => {
    expect(readHtml('</p></div><p>One</b></i>').text).toBe('One')
    expect(readHtml('One<a href="x>y').text).toBe('One')
    expect(readHtml('One<!-- two').text).toBe('One')
    expect(readHtml('One<style>two').text).toBe('One')
  })

  it('never throws, and takes time by length alone', () => {
    const piece = fc.constantFrom(
      '<',
      '</',
      'a',
      ' href=',
      '"',
      "'",
      '>',
      '<!--',
      '-->',
      '<p ',
      '<style>',
      '</style',
      '&',
      '&#x110000;',
      ';',
      ' ',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 80 }), (pieces) => {
        const { text, links } = readHtml(pieces.join(''))
        expect(typeof text).toBe('string')
        expect(links.length).toBeLessThanOrEqual(40)
      }),
    )
    // Each of these would take hours in a reader that starts anew at every tag.
    for (const text of ['<a "', '<', '<p ', '<!--', '<style>', '<a href=', '<p>x</b>', '<p hidden>x</p> ', '<a href=x b>'])
      readHtml(text.repeat(200_000))
  })
})
