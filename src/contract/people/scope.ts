import { z } from 'zod'

const scopes = [
  'people:read',
  'people:write',
  'keys:read',
  'keys:write',
  'delegations:read',
  'delegations:write',
  'organizations:write',
  'environments:write',
  'asset-types:write',
  'policies:read',
  'policies:write',
  'freezes:write',
  'assets:read',
  'assets:write',
  'secrets:write',
  'content:erase',
  'promotions:read',
  'promotions:request',
  'promotions:comment',
  'promotions:decide',
  'promotions:operate',
  'audit:read',
] as const

/** Acts that a key may be limited to. A key without scopes may do all that its actor may. */
export const scopeShape = z.enum(scopes)

export type Scope = z.output<typeof scopeShape>
