import { Client, Connection } from '@temporalio/client'

export interface TemporalAddress {
  readonly address: string
  readonly namespace: string
}

/** A connection to Temporal that is made when it is first used, so that a start does not depend on it. */
export interface TemporalClient {
  readonly client: Client
  close(): Promise<void>
}

/** Opens a lazy client. */
export function openTemporalClient({ address, namespace }: TemporalAddress): TemporalClient {
  const connection = Connection.lazy({ address, connectTimeout: '5 seconds' })
  return {
    client: new Client({ connection, namespace }),
    close: () => connection.close(),
  }
}
