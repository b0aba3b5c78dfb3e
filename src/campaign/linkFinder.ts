import type { FrozenCampaign } from './freeze.ts'
import type { RenderTarget } from './render.ts'
import { parseTemplates } from './templates.ts'
import { type LinkAddresses, fillLinks, listTargets } from './tracking.ts'
import { readTarget } from './html/index.ts'

/** Where the links of a frozen campaign lead. */
export interface LinkFinder {
  /** Where a link leads that is the same for each recipient; undefined where there is none such. */
  fixed(link: number): string | undefined
  /** Whether a link has values in it, so that it takes a row to say where it leads. */
  varies(link: number): boolean
  /**
   * Where a link leads in the message of one row, as it was written there.
   *
   * @param occurrence which time it stands in the message, from 0
   * @throws SealpostError SP_TEMPLATE_INVALID where no message can be made of the row
   */
  find(row: FinderRow, link: number, occurrence: number): string | undefined
  /** All that lead to the web, in the message of one row; of fixed ones those that it has in any branch. */
  list(row: FinderRow): readonly string[]
}

/** A row as it is rendered: the same values, so that the same links come out. */
export type FinderRow = Pick<RenderTarget, 'address' | 'columns' | 'unsubscribe'>

/** @throws SealpostError SP_TEMPLATE_INVALID */
export function createLinkFinder(frozen: FrozenCampaign): LinkFinder {
  const { tracking } = frozen
  const links = tracking?.links ?? []
  const targets = listTargets(links)
  const { html } = tracking?.links ? parseTemplates(frozen) : {}
  /** Renders the HTML and takes down the links with values as they are written. */
  const takeDown = (row: FinderRow): ReadonlyMap<string, string> => {
    const found = new Map<string, string>()
    if (!html || !tracking) return found
    const { consent: _, ...counted } = tracking
    const filled = fillLinks(counted, { ...row, optout, tracking: nowhere })
    const note = filled.createWriter()
    const link = row.unsubscribe && { unsubscribe_url: row.unsubscribe.url }
    html.fillPlaces({ ...row.columns, email: row.address, ...link, ...filled.values }, (number, href) => {
      const name = note(number, href)
      const target = name === href ? undefined : readTarget(href)
      if (target !== undefined) found.set(name, target)
      return name
    })
    return found
  }
  return {
    fixed: (link) => targets[link - 1],
    varies: (link) => links[link - 1] !== undefined && targets[link - 1] === undefined,
    find: (row, link, occurrence) => takeDown(row).get(nowhere.clickUrl(link, occurrence)),
    list: (row) => [...new Set([...targets.filter((target) => target !== undefined), ...takeDown(row).values()])],
  }
}

/** In place of the recipient's own, which decides where no link leads. */
const optout = 'https://optout.invalid/'

/** Names for links while they are taken down. */
const nowhere: LinkAddresses = { clickUrl: (link, occurrence) => `${link} ${occurrence}`, openUrl: () => '' }
