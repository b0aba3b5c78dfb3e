import { type Command, Option } from 'commander'
import type { Exit } from './exit.ts'
import { requireText } from './option.ts'

/** Options that several commands have. */
interface Shared {
  readonly json: Option
  readonly settings: Option
}

/** `sealpost campaign`: where campaigns are in their life, and what a person has them do. */
export function addCampaignCommands(program: Command, { json, settings }: Shared, done: (exit: Exit) => void): void {
  const campaign = program
    .command('campaign')
    .description('Campaigns: list and show them, schedule them, let them rest, go on, or end; also while they are sent.')
  const yes = new Option('-y, --yes', 'do it without asking')

  campaign
    .command('list')
    .description('List the campaigns of the data folder: state, numbers, when they begin.')
    .addOption(json)
    .addOption(settings)
    .action(async (given) => {
      done(await (await import('./campaignList.ts')).runCampaignList(given))
    })

  campaign
    .command('show')
    .description('Show a campaign: state, numbers, what was frozen, how quickly it goes out and when that ends, what is held.')
    .argument('<campaign>', 'its name, or its file')
    .option('-w, --watch', 'stay and show how far it is, as campaign watch does')
    .addOption(json)
    .addOption(settings)
    .action(async (name: string, given) => {
      if (given.watch) done(await (await import('./campaignWatch.ts')).runCampaignWatch(name, given))
      else done(await (await import('./campaignShow.ts')).runCampaignShow(name, given))
    })

  campaign
    .command('watch')
    .description('Show how far a campaign is until nothing of it is left.')
    .argument('<campaign>', 'its name')
    .option('--json', 'print JSON Lines, a line each time something changed')
    .addOption(settings)
    .action(async (name: string, given) => {
      done(await (await import('./campaignWatch.ts')).runCampaignWatch(name, given))
    })

  campaign
    .command('schedule')
    .description('Take a campaign in as it is now, to begin at a time; or give one that has not begun another time.')
    .argument('<file>', 'campaign file, such as campaign.yaml')
    .addOption(
      new Option(
        '--at <time>',
        'when: "2026-12-01 09:00 Europe/Berlin", 2026-12-01T09:00+01:00, or now (default: at, in the campaign file)',
      ).argParser(requireText),
    )
    .option('--force', 'schedule it although it is not ready; the evidence keeps that it was so')
    .addOption(settings)
    .action(async (file: string, given) => {
      done(await (await import('./campaignSchedule.ts')).runCampaignSchedule(file, given))
    })

  const orders = [
    ['pause', 'Begin nothing new of a campaign until it is told to go on.'],
    ['resume', 'Go on with a campaign that was paused.'],
    ['cancel', 'End a campaign for good: what was not sent is not sent.'],
  ] as const
  for (const [kind, description] of orders) {
    const command = campaign.command(kind).description(description).argument('<campaign>', 'its name')
    if (kind === 'cancel') command.addOption(yes)
    command.addOption(settings).action(async (name: string, given) => {
      done(await (await import('./campaignOrder.ts')).runCampaignOrder(kind, name, given))
    })
  }

  campaign
    .command('links')
    .description('Write how often each link of a campaign that counts clicks was followed, as CSV.')
    .argument('<campaign>', 'its name')
    .option('--by-day', 'a row for each day (in UTC) and link that was followed on it')
    .addOption(settings)
    .action(async (name: string, given) => {
      done(await (await import('./campaignLinks.ts')).runCampaignLinks(name, given))
    })

  campaign
    .command('export')
    .description(
      'Write the campaign as it was frozen, as JSON: what recipients get, and how it travels. No recipients, no log-in.',
    )
    .argument('<campaign>', 'its name')
    .addOption(settings)
    .action(async (name: string, given) => {
      done(await (await import('./campaignExport.ts')).runCampaignExport(name, given))
    })
}
