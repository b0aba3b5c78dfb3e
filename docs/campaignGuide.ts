/** What stands before the reference in docs/campaign.md. */
export const campaignGuide = `A campaign is a file, \`campaign.yaml\`, which names the list, the sender and the message. \`sealpost init\` writes one to start from.

\`\`\`yaml
name: spring-2027
list: ./list.csv
from: Example Shop <news@example.org>
subject: "{{ name }}, the spring is here"
preheader: "Twelve new plants, and a map to find us"
html: ./spring.mjml
toName: name
attachments: [./map.pdf]
\`\`\`

\`\`\`
sealpost preview campaign.yaml --recipient ada@example.com --open   # what Ada would get
sealpost test-send campaign.yaml --to me@example.org                # one message to yourself
sealpost send campaign.yaml --dry-run                               # look at everything, send nothing
sealpost send campaign.yaml
\`\`\`

Once a campaign has been started, it is frozen: what you edit afterwards reaches nobody, and Sealpost says so. A new name makes a new campaign.

## The words
- **Columns of the list** stand in double braces: \`{{ name }}\`. \`{{ email }}\` is always the recipient's address. \`{{ name | default: "friend" }}\` has something for those who left it empty, \`{% if city == "Rome" %}…{% endif %}\` is for some. The language is [Liquid](https://shopify.github.io/liquid/).
- **A column that is not there is an error** before anything is sent, with the file, the line, and the name that you may have meant.
- **Parts that you use again** go into files of their own beside the campaign: \`{% render 'footer.html' %}\`. They see the columns, and nothing outside of the folder can be brought in.
- **The preheader** is what mail programs show behind the subject. It is put first in the HTML and hidden there, with enough behind it that nothing of the message follows.

## The HTML
- **Plain HTML, or MJML** where the file's name ends in \`.mjml\`. MJML is laid out once, and the columns are filled in for each recipient afterwards. Fonts from the web and \`mj-include\` are left out; a component that MJML does not have is an error with its line. Between components only \`{% %}\` may stand, and \`{{ }}\` belongs into \`mj-text\`, \`mj-button\` and the like, or into attributes.
- **Style sheets** (\`<style>\`) are written into the elements, for the programs that read no others; they stay where they are as well, for narrow screens. Rules with Liquid in them stay in the sheet alone. A sheet with an address is never fetched.
- **Values are escaped** by themselves: a name with \`<\` in it is shown as it is. \`{{ value | raw }}\` switches that off for HTML of your own.
- **The plain text** is made from the HTML where you write none. A text of your own is better.
- **Size**: Gmail shows the first 102 kB of the HTML. More than 1 MB is refused, and so are more than 5,000 {{ }} and {% %} in one file, and elements that stand a thousand deep (in MJML 150).

## Pictures and attachments
- \`<img src="logo.png">\` names a file beside the campaign, and it travels with each message. \`<img src="https://…">\` stays on the web: the message is smaller, many programs show it only when asked to, and the server learns who looks.
- \`attachments:\` are files for everybody. With the pictures they may have 20 MB; many servers take no more than 25 MB, and files grow by a third on the way. A link is nearly always better.
- Names may be in any language. What a file is goes by the end of its name.

## Headers
| entry | what it is for |
| --- | --- |
| \`toName\` | the recipient's name in To |
| \`replyTo\` | where answers go |
| \`sender\` | an agency that sends for you; programs show "on behalf of" |
| \`listId\` | what people's filters sort by; the same for each campaign to a list |
| \`feedbackId\` | by which Gmail counts complaints for a campaign; needs DKIM |
| \`headers\` | any other, in Liquid |

\`Precedence: bulk\` keeps out-of-office notes away. A column that stands in the subject, in \`toName\` or in a header must have no line break in any row: it would be the beginning of an attack, so the row and the column are named, and nothing is sent.

## Signing (DKIM)
\`\`\`yaml
dkim:
  - { domain: example.org, selector: s2026a, key: ./keys/s2026a._domainkey.example.org.pem }
\`\`\`

Here, or in \`sealpost.yaml\` for all campaigns. [dkim.md](dkim.md) says how to make a key. Keys are read when sending begins and stand nowhere else; one of them must be for the domain of From, or a domain above or below it. The time in the signature is that of the campaign's start, so that a message that is tried again is the same to the last octet.

## The way it goes
\`\`\`yaml
route: { provider: mailgun, region: eu, auth: { user: news@example.org, passwordEnv: MAILGUN_PASSWORD } }
\`\`\`

- **direct**, the default: each message goes to the mail servers of its recipient.
- **relay**: all go to one host, which sends them on.
- **provider**: the same, with a provider of the directory (\`sealpost esp list\`) by its name. Host, port and security are those of its documentation: the first host that \`sealpost esp show\` names, on 465 with TLS from the first octet where that is documented, else on 587. A provider that has a host for each region is asked for by \`region\` too, and another documented port by \`port\`. Any other host of it, such as one for bulk mail alone, is named by \`relay\`. When a later version of Sealpost knows another host, a campaign that has begun keeps the one that it was frozen with.

With a log-in the level is \`authenticated\`: the host must prove by its certificate who it is before user and password are sent. \`sealpost esp check\` compares a provider's servers with its documentation. What a provider does behind that is its own hop: \`sealpost esp policy show\` asks what its switch for TLS says ([esp-policy.md](esp-policy.md)).

## Clicks and openings
Off, unless \`tracking: { clicks: true, opens: true }\` stands in the file. [tracking.md](tracking.md) says what becomes of links, what is kept, what the numbers are worth, and what the law asks first.

## Preview and test
\`sealpost preview\` prints headers, text and notes (sizes, pictures, attachments). \`--out x.html\` writes a page with the HTML in a closed frame: no script runs in it and nothing is fetched, so pictures from the web are missing there. \`--out x.eml\` is the message itself, for a mail program.

\`sealpost test-send\` sends one message under the same policy as the campaign: where that demands encryption and the mailbox has none, nothing is sent. The subject begins with \`[Test]\`. It counts in no report; the evidence has it as a test. It needs the data folder, so not while a campaign is sending from it.

## All entries
What may stand in \`campaign.yaml\`. Paths are relative to the file.`
