import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { commandShape } from '../../src/contract/promotions/commands.ts'
import type { JsonValue } from '../../src/trust/json.ts'
import { parseStrict } from '../../src/trust/strict-parse.ts'
import { DemoFailed } from './narrative.ts'

/** What the service said. */
export interface Answer {
  readonly asked: string
  readonly status: number
  readonly body: JsonValue
  readonly etag: string
  readonly replayed: boolean
}

export interface Request {
  readonly body?: object
  /** The ETag of what the person saw. */
  readonly ifMatch?: string
  readonly idempotencyKey?: string
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** Asks the service something, as the holder of a key or a sign-in token. */
export type Client = (bearer: string, method: Method, path: string, request?: Request) => Promise<Answer>

const problem = z.object({ code: z.string(), detail: z.string().optional() })

export function openClient(url: string): Client {
  return async (bearer, method, path, { body, ifMatch, idempotencyKey = randomUUID() } = {}) => {
    const headers = new Headers({ Authorization: `Bearer ${bearer}` })
    if (body !== undefined) headers.set('Content-Type', 'application/json')
    if (ifMatch !== undefined) headers.set('If-Match', ifMatch)
    if (method === 'POST') headers.set('Idempotency-Key', idempotencyKey)
    const response = await fetch(new URL(path, url), {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const bytes = new Uint8Array(await response.arrayBuffer())
    return {
      asked: `${method} ${path}`,
      status: response.status,
      body: bytes.length === 0 ? null : parseStrict(bytes),
      etag: response.headers.get('ETag') ?? '',
      replayed: response.headers.get('Idempotent-Replayed') === 'true',
    }
  }
}

/** A refusal as `403 promotion-only`; the bare status of anything else. */
export function said({ status, body }: Answer): string {
  const read = problem.safeParse(body)
  return read.success ? `${status} ${read.data.code}` : String(status)
}

/** The answer's body, which has to have the status and the shape that the contract promises. */
export function expected<Shape extends z.ZodType>(
  answer: Answer,
  status: number,
  shape: Shape,
): z.output<Shape> {
  if (answer.status !== status) {
    const { data } = problem.safeParse(answer.body)
    throw new DemoFailed(
      `${answer.asked} was answered ${said(answer)} instead of ${status}. ${data?.detail ?? ''}`.trim(),
    )
  }
  const read = shape.safeParse(answer.body)
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw new DemoFailed(
    `The answer to ${answer.asked} does not have the documented shape at /${issue?.path.join('/')}.`,
  )
}

/** Asks again and again until the answer is what is waited for, at most `seconds`. */
export async function until<Value>(
  what: string,
  ask: () => Promise<Value | undefined>,
  seconds = 30,
): Promise<Value> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    const value = await ask()
    if (value !== undefined) return value
    if (Date.now() > deadline) throw new DemoFailed(`Waited ${seconds} seconds in vain: ${what}.`)
    await pause(100)
  }
}

/**
 * What was asked may be stored and judged later (202): waits for that. Gives the command where there was one, undefined
 * where the answer came at once.
 */
export async function settled(ask: Client, bearer: string, answer: Answer) {
  const pending = z.object({ command: z.string(), state: z.literal('pending') }).safeParse(answer.body)
  if (answer.status !== 202 || !pending.success) return undefined
  const path = `/v1/commands/${pending.data.command}`
  return until(`${answer.asked} is settled`, async () => {
    const command = expected(await ask(bearer, 'GET', path), 200, commandShape)
    if (command.state === 'refused') {
      throw new DemoFailed(`${answer.asked} was refused later: ${command.code}. ${command.detail ?? ''}`)
    }
    return command.state === 'accepted' ? command : undefined
  })
}
