/** An HTTPS server for MTA-STS policies good and bad: `node servePolicies.ts PLAN`, a JSON file of a `PolicyHostPlan`. */
import { existsSync, readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { createSecureContext } from 'node:tls'
import type { PolicyHostPlan } from './demand/policyHost.ts'
import type { PolicyAnswer } from './demand/sts.ts'

const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as PolicyHostPlan

const server = createServer(
  {
    ...plan.own,
    SNICallback: (name, settle) => settle(null, createSecureContext(plan.answers[name]?.stranger ? plan.stranger : plan.own)),
  },
  (request, response) => {
    const answer = plan.answers[request.headers.host ?? '']
    if (answer && request.url === '/.well-known/mta-sts.txt') reply(response, answer)
    else response.writeHead(404).end()
  },
)
// From then on it is gone, as far as anybody can see.
server.on('connection', (socket) => {
  if (existsSync(plan.closed)) socket.destroy()
})
server.listen(443, plan.address, () => process.stdout.write('ready\n'))

function reply(response: ServerResponse, { status = 200, headers, body = '', size, stalls }: PolicyAnswer): void {
  response.writeHead(status, { 'content-type': 'text/plain', ...headers })
  if (stalls) response.write(body)
  else response.end(body.padEnd(size ?? 0, '\n'))
}
