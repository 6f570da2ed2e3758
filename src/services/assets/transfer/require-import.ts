import type { EnvironmentId } from '../../../domain/identifiers.ts'
import type { ServiceContext } from '../../context.ts'
import { requireAct } from '../../people/require-right.ts'
import { openEnvironment } from '../rules/open-environment.ts'
import { refuseIntoProduction } from './judge-file.ts'

/**
 * Asks, before a file is even read, whether the caller may import anything here. Which types they may write is judged by
 * the import.
 *
 * @throws Refused `not-found`, `forbidden`, or `promotion-only` in production.
 */
export async function requireImport(context: ServiceContext, environment: EnvironmentId): Promise<void> {
  await openEnvironment(context, environment, async (opened) => {
    refuseIntoProduction(opened)
    const writableBy = ['engineer', 'support'] as const
    requireAct('assets.import', opened.standing, { through: 'environment', writableBy })
  })
}
