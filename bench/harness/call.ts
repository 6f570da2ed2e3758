import type { Ground } from './ground.ts'

export interface Call {
  readonly key: string
  readonly method?: 'GET' | 'POST' | 'PUT'
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Raised when the product answered otherwise than it has to: what was measured then means nothing. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer'
}

/** Sends one request through the whole API and reads its answer to the end. */
export async function expectAnswer<Answer>(
  { app }: Ground,
  status: number,
  path: string,
  { key, method = 'GET', body, headers }: Call,
): Promise<Answer> {
  const response = await app.request(path, {
    method,
    headers: {
      Authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(method === 'POST' ? { 'Idempotency-Key': crypto.randomUUID() } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (response.status !== status) {
    throw new WrongAnswer(`${method} ${path} answered ${response.status} instead of ${status}: ${text}`)
  }
  return JSON.parse(text) as Answer
}
