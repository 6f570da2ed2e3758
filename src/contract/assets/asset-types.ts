import { z } from 'zod'
import { isJsonObject, type JsonObject } from '../../domain/json.ts'
import { opaqueCursor } from '../opaque-cursor.ts'
import { pageQuery } from '../pagination.ts'
import { jsonShape } from '../shapes.ts'
import { typeNameShape } from './assets.ts'

const pointerShape = z
  .string()
  .max(500, 'must have at most 500 characters')
  .meta({ description: 'A JSON Pointer into the content; `*` stands for every element or member.' })
const pointersShape = z.array(pointerShape).max(100).readonly()
const membersShape = z.array(pointerShape).min(1).max(20).readonly().meta({
  description: 'JSON Pointers that begin at each of these places.',
})

/** Passed on as the strict parser read it, so that no member that only looks special is lost. */
const contentSchemaShape = z
  .custom<JsonObject>((value) => isJsonObject(value as JsonObject), 'must be an object')
  .meta({
    type: 'object',
    description:
      'JSON Schema 2020-12 of the content as it is stored. References lead into it alone; patterns run in linear time.',
  })

const referenceShape = z.strictObject({
  pointer: pointerShape,
  types: z.array(typeNameShape).min(1).max(50).readonly(),
  required: z.boolean(),
})

const checkShape = z
  .discriminatedUnion('check', [
    z.strictObject({ check: z.literal('agree'), each: pointerShape, members: membersShape }),
    z.strictObject({ check: z.literal('distinct'), each: pointerShape, members: membersShape }),
    z.strictObject({ check: z.literal('equal'), pointers: z.array(pointerShape).min(2).max(20).readonly() }),
    z.strictObject({ check: z.literal('contained'), each: pointerShape, in: pointerShape }),
    z.strictObject({
      check: z.literal('exclusive'),
      each: pointerShape,
      members: z.array(z.string().min(1).max(200)).min(2).max(50).readonly(),
      required: z.boolean(),
    }),
  ])
  .meta({ id: 'StructuralCheck' })

const rules = {
  references: z.array(referenceShape).max(100).readonly(),
  bindings: pointersShape.meta({ description: 'Places whose value the destination supplies.' }),
  secrets: pointersShape.meta({ description: 'Places that never hold a value; content has `has<Field>`.' }),
  immutable: pointersShape.meta({ description: 'Places that keep their first value.' }),
}

const furtherRules = {
  local: pointersShape.meta({ description: 'Places that a promotion leaves out.' }).exactOptional(),
  cardinality: z
    .strictObject({ pointer: pointerShape, maximum: z.int().min(1).max(1_000_000) })
    .meta({
      description: 'How many assets of the type may refer to one asset from this place, in one environment.',
    })
    .exactOptional(),
  unique: z
    .array(z.strictObject({ each: pointerShape, members: membersShape }))
    .max(20)
    .readonly()
    .meta({ description: 'What no two assets of the type in one environment may both hold.' })
    .exactOptional(),
  checks: z.array(checkShape).max(50).readonly().exactOptional(),
  landsAs: z
    .array(z.strictObject({ pointer: pointerShape, value: jsonShape }))
    .max(50)
    .readonly()
    .meta({ description: 'Places that a promotion gives a fixed value.' })
    .exactOptional(),
  partnerOwned: z
    .array(z.strictObject({ pointer: pointerShape, flag: z.string().min(1).max(100) }))
    .max(20)
    .readonly()
    .meta({ description: 'Objects that belong to a partner where their member `flag` is true.' })
    .exactOptional(),
  notPromotableBecause: z.string().min(1).max(500).exactOptional(),
}

const writersShape = z
  .array(z.enum(['engineer', 'support']))
  .min(1)
  .max(2)
  .readonly()
  .meta({ description: 'Who may write its assets outside production.' })

/** An asset type as an organization defines it. */
export const askedAssetTypeShape = z
  .strictObject({
    schema: contentSchemaShape,
    promotable: z.boolean().meta({ description: 'Whether it reaches production by promotion alone. Final.' }),
    ...rules,
    ...furtherRules,
    writableBy: writersShape.default(['engineer']),
  })
  .meta({ id: 'NewAssetType' })

/** A type in the registry: a built-in one, or the newest version of one of the organization's own. */
export const assetTypeShape = z
  .object({
    name: z.string(),
    version: z.number().int().meta({ description: 'Of the organization’s own types; 1 for built-in ones.' }),
    builtIn: z.boolean().meta({ description: 'Every organization has it and none changes it.' }),
    schema: z.unknown().meta({ description: 'JSON Schema 2020-12 of the content.' }),
    promotable: z.boolean().meta({ description: 'Otherwise local: written in each environment.' }),
    ...rules,
    ...furtherRules,
    writableBy: writersShape,
    keywordOrder: z.array(z.array(z.string()).readonly()).readonly().optional().meta({
      description:
        'Steps in which sibling keywords of the content run; those of one step exclude each other. No order of the text.',
    }),
  })
  .meta({ id: 'AssetType' })

export const assetTypeCursor = opaqueCursor(typeNameShape)

export const assetTypeQueryShape = z.strictObject({
  ...pageQuery,
  cursor: assetTypeCursor.shape.optional(),
})

export const assetTypeNameShape = z.string().regex(/^[a-z][A-Za-z0-9]{0,99}$/)
