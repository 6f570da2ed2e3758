import type { PoolClient } from 'pg'

const preparedAtMost = 200
const longestPrepared = 4_000

/** A name for a statement that is likely to come again; planning it costs more than running it. */
function preparedName(prepared: Map<string, string>, text: string): string | undefined {
  const known = prepared.get(text)
  if (known !== undefined || prepared.size >= preparedAtMost || text.length > longestPrepared) return known
  const name = `countersign_${prepared.size}`
  prepared.set(text, name)
  return name
}

type Send = (query: { readonly text: string; readonly name?: string }, values?: unknown[]) => unknown

/**
 * A connection that keeps what has parameters prepared, under names that `prepared` gives to texts: the first ones of a
 * pool, so that queries of ever new shapes fill no memory.
 */
export function preparing(client: PoolClient, prepared: Map<string, string>): PoolClient {
  const send = client.query.bind(client) as Send
  const query: Send = (asked, values) => {
    if (typeof asked === 'string' || asked.name !== undefined || !values?.length) return send(asked, values)
    const name = preparedName(prepared, asked.text)
    return send(name === undefined ? asked : { ...asked, name }, values)
  }
  return Object.assign(Object.create(client) as PoolClient, { query })
}
