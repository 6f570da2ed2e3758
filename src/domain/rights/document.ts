import { printedTable } from '../printed-table.ts'
import { type Act, acts } from './acts.ts'
import { exceptionPhrase, spoken, wayPhrase } from './phrases.ts'
import type { Right, Way } from './right.ts'

const introduction = `# Who may do what

Rights are judged at the moment of the act, from the roles, grants and groups that somebody holds then. Roles in the
organization and roles in an environment are independent of each other: neither gives anything of the other. A service
account holds roles of its own in environments, and none in the organization; where its owner's role is narrower, that one
holds, and without one of its owner's it has none. Whatever a caller may not see answers 404; what they may see but not do
answers 403.

A key opens one door, which the second column names; a key with scopes does less, never more.

This page is printed from the table that the program asks, by \`npm run rights:document\`.

`

const heads = ['act', 'with a key of', 'takes', 'never', 'besides']

function sameHolders(one: Way, other: Way): boolean {
  return JSON.stringify(one.who) === JSON.stringify(other.who)
}

function rows(act: Act): readonly (readonly string[])[] {
  const { does, ways, except = [], besides = '' }: Right = acts[act]
  const distinct = ways.filter((way, place) => ways.findIndex((other) => sameHolders(other, way)) === place)
  return distinct.map((way, place) => {
    const places = ways.filter((other) => sameHolders(other, way)).map(({ through }) => `the ${through}`)
    const never = spoken(except.map(exceptionPhrase), 'and')
    const [first, kept] = place === 0 ? [`${does} (\`${act}\`)`, besides] : ['', '']
    return [first, spoken(places), wayPhrase(way), place === 0 ? never : '', kept]
  })
}

/** The table "who may do what" as a page of the documentation, in Markdown. */
export function rightsDocument(): string {
  const names = Object.keys(acts) as readonly Act[]
  return `${introduction}${printedTable(heads, names.flatMap(rows))}\n`
}
