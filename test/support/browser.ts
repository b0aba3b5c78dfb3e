import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

type Reply = Readonly<Record<string, unknown>>

/** One page of a real Chromium, driven over its DevTools protocol. */
export class BrowserPage implements AsyncDisposable {
  /** Addresses that the page asked for, its own among them. */
  readonly requested: string[] = []
  /** What its console and its policy complained of. */
  readonly complaints: string[] = []
  readonly #socket: WebSocket
  readonly #close: () => Promise<void>
  readonly #waiting = new Map<number, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>()
  readonly #loaded: (() => void)[] = []
  #id = 0

  private constructor(socket: WebSocket, close: () => Promise<void>) {
    this.#socket = socket
    this.#close = close
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(String(data)) as Reply))
  }

  /** @param program Chromium, as Debian has it */
  static async open(program = '/usr/bin/chromium'): Promise<BrowserPage> {
    const profile = await mkdtemp(join(tmpdir(), 'browser-'))
    // Root has no sandbox of its own to offer; the page is ours.
    const options = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run']
    const child = spawn(program, [...options, '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    const close = async (): Promise<void> => {
      child.kill()
      await ended
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    }
    for await (const line of createInterface({ input: child.stderr })) {
      const [, host] = /^DevTools listening on ws:\/\/([^/]+)\//.exec(line) ?? []
      if (host === undefined) continue
      child.stderr.resume()
      const targets = (await (await fetch(`http://${host}/json/list`)).json()) as readonly Reply[]
      const target = targets.find(({ type }) => type === 'page')
      const socket = new WebSocket(String(target?.['webSocketDebuggerUrl']))
      await new Promise((resolve, reject) => {
        socket.addEventListener('open', resolve, { once: true })
        socket.addEventListener('error', reject, { once: true })
      })
      const page = new BrowserPage(socket, close)
      for (const domain of ['Page', 'Network', 'Runtime', 'Log']) await page.send(`${domain}.enable`)
      return page
    }
    await close()
    throw new Error(`${program} ended before it could be driven`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close()
    await this.#close()
  }

  async send(method: string, params: Reply = {}): Promise<Reply> {
    this.#id += 1
    const id = this.#id
    const reply = new Promise<Reply>((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
    this.#socket.send(JSON.stringify({ id, method, params }))
    return reply
  }

  /** Goes to an address and waits until it is loaded. */
  async goTo(url: string): Promise<void> {
    const loaded = new Promise<void>((resolve) => this.#loaded.push(resolve))
    await this.send('Page.navigate', { url })
    await loaded
  }

  /** The value of an expression in the page; of a promise, what it resolves to. */
  async evaluate(expression: string): Promise<unknown> {
    const reply = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
    if (reply['exceptionDetails'] !== undefined) throw new Error(JSON.stringify(reply['exceptionDetails']))
    return (reply['result'] as Reply)['value']
  }

  /** Does something, and gives the text of an element after it has changed. */
  async textAfter(id: string, act: () => Promise<unknown>): Promise<string> {
    await this.evaluate(`void (window.changed = new Promise((resolve) => new MutationObserver((_, observer) => {
      observer.disconnect()
      resolve(document.getElementById('${id}').innerText)
    }).observe(document.getElementById('${id}'), { childList: true })))`)
    await act()
    return String(await this.evaluate('window.changed'))
  }

  #take(message: Reply): void {
    const params = (message['params'] ?? {}) as Readonly<Record<string, Reply & string>>
    if (message['method'] === 'Page.loadEventFired') this.#loaded.shift()?.()
    if (message['method'] === 'Network.requestWillBeSent') this.requested.push(String(params['request']?.['url']))
    if (message['method'] === 'Log.entryAdded') this.complaints.push(String(params['entry']?.['text']))
    if (message['method'] === 'Runtime.exceptionThrown') this.complaints.push(JSON.stringify(params['exceptionDetails']))
    const waiting = this.#waiting.get(Number(message['id']))
    if (!waiting) return
    this.#waiting.delete(Number(message['id']))
    if (message['error'] === undefined) waiting.resolve((message['result'] ?? {}) as Reply)
    else waiting.reject(new Error(JSON.stringify(message['error'])))
  }
}
