/** The pages behind the links of messages, in a real browser: read, pressed, narrow and dark, in each of their languages. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Pace, type Serving, serveApp, trackingPace, usualTimeouts } from '../../src/serve/index.ts'
import { type PageWords, pageWords } from '../../src/unsubscribe/index.ts'
import { BrowserPage } from '../support/browser.ts'
import { createServing, oneClick } from '../support/serving.ts'
import { createTracking, pathOf } from '../support/tracking.ts'

let page: BrowserPage
beforeAll(async () => {
  page = await BrowserPage.open()
  // Pages need no script; what the test asks them is asked over the browser's own tools.
  await page.send('Emulation.setScriptExecutionDisabled', { value: true })
})
afterAll(async () => {
  await page?.[Symbol.asyncDispose]()
})

let serving: ReturnType<typeof createServing>
let tracking: ReturnType<typeof createTracking>
let server: Serving
let base: string
beforeEach(async () => {
  tracking = createTracking()
  serving = createServing({ tracking: { desk: tracking.desk, pace: new Pace(trackingPace, () => 0) } })
  const where = { listen: { address: '127.0.0.1', port: 0 }, tls: undefined, allowHttp: false }
  // A browser keeps connections ahead on which it has asked for nothing yet.
  server = await serveApp(serving.app, where, { ...usualTimeouts, shutdown: 100 })
  base = `http://127.0.0.1:${server.port}`
  page.requested.length = 0
  page.complaints.length = 0
})
afterEach(async () => {
  const foreign = page.requested.filter((url) => !url.startsWith(base))
  await server[Symbol.asyncDispose]()
  // Nothing from elsewhere, nothing kept in the browser, and nothing that the page's own policy had to stop.
  expect(foreign).toEqual([])
  // A link that is none is answered with 404, which the console tells as well.
  expect(page.complaints.filter((text) => !text.includes('status of 404'))).toEqual([])
  expect((await page.send('Network.getAllCookies'))['cookies']).toEqual([])
})

/** Presses what has the focus, as somebody without a mouse does, and waits for the page behind it. */
async function pressButton(): Promise<void> {
  const before = page.requested.length
  for (const type of ['keyDown', 'keyUp'])
    await page.send('Input.dispatchKeyEvent', { type, key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 })
  expect(await page.evaluate('document.activeElement.tagName')).toBe('BUTTON')
  const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 }
  await page.send('Input.dispatchKeyEvent', { type: 'keyDown', text: '\r', ...enter })
  await page.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter })
  await expect.poll(() => page.requested.length).toBeGreaterThan(before)
  await expect.poll(async () => page.evaluate('document.readyState')).toBe('complete')
}

const heading = async () => page.evaluate('document.querySelector("h1").innerText')
const words = async () => String(await page.evaluate('document.querySelector("main").innerText'))

async function speak(acceptLanguage: string): Promise<void> {
  const userAgent = String(await page.evaluate('navigator.userAgent'))
  await page.send('Network.setUserAgentOverride', { userAgent, acceptLanguage })
}

async function resize(width: number, dark: boolean): Promise<void> {
  await page.send('Emulation.setDeviceMetricsOverride', { width, height: 740, deviceScaleFactor: 1, mobile: width < 500 })
  const features = [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]
  await page.send('Emulation.setEmulatedMedia', { features })
}

/** For whoever wants to look: `SEALPOST_SCREENSHOTS=folder`. */
async function shoot(name: string): Promise<void> {
  const folder = process.env['SEALPOST_SCREENSHOTS']
  if (folder === undefined) return
  const { data } = await page.send('Page.captureScreenshot', { format: 'png' })
  await writeFile(join(folder, `${name}.png`), Buffer.from(String(data), 'base64'))
}

/** Ratio of luminance (WCAG 2.2, 1.4.3) of each text to what lies behind it; colours as the browser worked them out. */
const contrasts = `(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
  const draw = (colours) => { canvas.clearRect(0, 0, 1, 1); for (const [colour, alpha] of colours) { canvas.globalAlpha = alpha; canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1) } return canvas.getImageData(0, 0, 1, 1).data }
  const light = ([...rgb]) => rgb.slice(0, 3).map((one) => one / 255).map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4).reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0)
  return [...document.querySelectorAll('h1, p, button')].map((element) => {
    const style = getComputedStyle(element)
    const under = [getComputedStyle(document.body).backgroundColor, 1]
    const behind = [under, [style.backgroundColor, 1]]
    const [one, other] = [light(draw(behind)), light(draw([...behind, [style.color, Number(style.opacity)]]))].sort((a, b) => b - a)
    return (one + 0.05) / (other + 0.05)
  })
})()`

describe('somebody who leaves', () => {
  it('reads, presses a button by the keyboard, and takes it back', async () => {
    await speak('en')
    await page.goTo(`${base}/u/${serving.token()}`)
    expect(await page.evaluate('document.title')).toBe('Unsubscribe')
    expect(await words()).toContain('Do you want no more mail from Example <Shop> of the list news?')
    expect(serving.rows).toEqual([])
    await pressButton()
    expect(await heading()).toBe('You are unsubscribed')
    expect(serving.rows).toMatchObject([{ addressKey: 'ada@a.test', list: 'news', detail: 'on the page of the link' }])
    await pressButton()
    expect(await heading()).toBe('You are subscribed again')
    expect(serving.rows).toEqual([])
  })

  it('is let go by one click of a mail program, without cookies, and finds the page as it was', async () => {
    const answer = await fetch(`${base}/u/${serving.token()}`, { ...oneClick, redirect: 'error', credentials: 'omit' })
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([200, null])
    expect(serving.rows).toMatchObject([{ detail: 'by the button of a mail program' }])
    await page.goTo(`${base}/u/${serving.token()}`)
    expect(await heading()).toBe('Unsubscribe')
  })

  it('who only wants to be counted no more says so, and leaves nothing', async () => {
    await page.goTo(base + pathOf(tracking.linksOf(1).withdrawUrl()))
    expect(await words()).toContain('Example <Shop> counts how often mail is opened and its links are followed.')
    expect([...tracking.withdrawn]).toEqual([])
    await pressButton()
    expect(await heading()).toBe('You are no longer counted')
    expect([[...tracking.withdrawn], serving.rows]).toEqual([[1], []])
  })
})

/** Looks at each page of a language, and presses the button at the end. */
async function lookThrough({ lang, askTitle, doneTitle, withdrawTitle, noneTitle }: PageWords, width: number): Promise<void> {
  for (const [path, title] of [
    [pathOf(tracking.linksOf(1).withdrawUrl()), withdrawTitle],
    ['/u/nothing', noneTitle],
    [`/u/${serving.token()}`, askTitle],
  ] as const) {
    await page.goTo(base + path)
    await shoot(`${lang}-${width}-${title.replaceAll(/\W+/g, '-')}`)
    expect([await page.evaluate('document.documentElement.lang'), await heading()]).toEqual([lang, title])
    await expectReadable(width)
  }
  await pressButton()
  await shoot(`${lang}-${width}-done`)
  expect(await heading()).toBe(doneTitle)
  await expectReadable(width)
}

/** Nothing sticks out on the right, a finger finds the button (WCAG 2.2, 2.5.5), and letters stand out (1.4.3). */
async function expectReadable(width: number): Promise<void> {
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
  const heights = (await page.evaluate('[...document.querySelectorAll("button")].map((one) => one.offsetHeight)')) as number[]
  for (const height of heights) expect(height).toBeGreaterThanOrEqual(44)
  const ratios = (await page.evaluate(contrasts)) as number[]
  expect(ratios.length).toBeGreaterThan(1)
  for (const ratio of ratios) expect(ratio).toBeGreaterThanOrEqual(4.5)
}

it.each([...pageWords])('on a narrow telephone, each page in the language %s is whole', async (lang, words) => {
  await speak(`${lang}-XX,${lang};q=0.9`)
  await resize(320, false)
  await lookThrough(words, 320)
})

it('on a wide screen in the dark each page can be read as well', async () => {
  const words = pageWords.get('de')
  if (!words) throw new Error('there are no German pages')
  await speak('de')
  await resize(1280, true)
  await lookThrough(words, 1280)
})
