/** What the page of a check adds to the sheet. */
export const pageStyle = `
.good { background: var(--good) } .held { background: var(--held) } .bad { background: var(--bad) } .wait { background: var(--wait) }
a { color: inherit } q { overflow-wrap: anywhere } h3 { font-size: 1rem; margin: 1.25rem 0 .4rem }
section { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: 1.5rem }
.head { display: flex; gap: 1rem; align-items: center } .head h2, .head p { margin: 0; overflow-wrap: anywhere } .head h2 { font-size: 1.35rem }
.head .grade { font-size: 1.7rem; min-width: 3rem; line-height: 3rem; border-radius: .6rem }
.grade { display: inline-block; min-width: 1.6rem; line-height: 1.6rem; border-radius: .35rem; text-align: center; font-weight: 700; color: var(--paper); flex: none }
.meaning { font-size: 1.1rem; margin: 1rem 0 .4rem }
article { border-left: .3rem solid var(--wait); background: var(--band); border-radius: 0 .4rem .4rem 0; padding: .6rem 1rem; margin: .75rem 0; break-inside: avoid }
article h3 { margin: 0 } article.high { border-color: var(--bad) } article.medium { border-color: var(--held) }
.chip { font-size: .75rem; font-weight: 600; border: 1px solid currentcolor; border-radius: 1rem; padding: .05rem .5rem; margin-right: .25rem } .high .chip { color: var(--bad) } .medium .chip { color: var(--held) }
details { border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .8rem; margin: .6rem 0 } summary { cursor: pointer; font-weight: 600; overflow-wrap: anywhere }
details details { border: 0; padding: 0 } details h4 { margin: 1rem 0 .3rem; font-size: .95rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .6rem 0; font-size: .92rem } dt { color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere; min-width: 0 }
.scroll { margin-top: 1rem } details .scroll { margin-top: 0 } td code { white-space: nowrap }
pre { background: var(--band); border-radius: .4rem; padding: .8rem; font: .82rem/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0 } .letter { user-select: all }
.is-weak { color: var(--held); font-weight: 600 } .is-broken { color: var(--bad); font-weight: 600 }.foot { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: 1rem }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr } dd { margin-bottom: .4rem } }
@media print { details::details-content { content-visibility: visible; block-size: auto } .grade { print-color-adjust: exact } }
`
