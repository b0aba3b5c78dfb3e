/** The server behind the links in messages. */
export { type Bindings, type ServeDeps, createApp } from './app.ts'
export type { ServeClaims } from './claims.ts'
export { bucketOf, findClient } from './client.ts'
export { type ServeTimeouts, type Serving, serveApp, usualTimeouts } from './listen.ts'
export { Metrics } from './metrics.ts'
export { Pace, claimsPace, trackingPace, usualPace, witnessPace } from './pace.ts'
export type { ServeTracking } from './tracking.ts'
export type { ServeWitness } from './witness.ts'
